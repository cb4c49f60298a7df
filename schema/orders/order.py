"""The order as it is published: every field answers from the order in memory, or asks the context to load."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.model import orders as core
from domain.model.actors import AccessScope, ActorKind
from domain.model.returns import Return as ModelReturn
from domain.model.shipments import Shipment as ModelShipment
from domain.policies import progress
from domain.policies.headlines import headline
from domain.ports import OrderRow
from schema.addresses import MailingAddress, mailing_address
from schema.attributes import Attribute, attributes
from schema.cancellations import AvailableAction, Reason, actions_on, cancel_reason
from schema.context import Info, Viewing
from schema.customers import Customer
from schema.deliveries import DeliveryChoice, DeliveryEstimate, order_estimate
from schema.effects import Effect
from schema.events import OrderEventConnection
from schema.fields import field
from schema.locations import Channel, channel
from schema.money import Money
from schema.nodes import Node
from schema.orders.briefs import Brief, Opened
from schema.orders.lines import OrderLine
from schema.orders.milestones import Milestone, milestones_of
from schema.orders.seen import Seen
from schema.payments import Payment, PaymentOption, payment_options
from schema.refunds import Refund
from schema.returns import Return
from schema.scalars import URL, EmailAddress, PhoneNumber
from schema.shipments import Shipment

if TYPE_CHECKING:
    from schema.notifications import Notification

strawberry.enum(AccessScope, description="VIEW alone is the gift view: no prices, no name, no street.")


@strawberry.type
class Order(Node):
    """`opened` is None where a list was read that shows no more than `brief` knows (COLUMNS)."""

    brief: strawberry.Private[Brief]
    viewing: strawberry.Private[Viewing]
    opened: strawberry.Private[Seen | None]

    @classmethod
    def seen(cls, seen: Seen) -> "Order":
        return cls(brief=Opened(seen.order), viewing=seen.viewing, opened=seen)

    @classmethod
    def by(cls, viewing: Viewing, order: core.Order) -> "Order":
        return cls.seen(Seen.by(viewing, order))

    @classmethod
    def row(cls, viewing: Viewing, row: OrderRow) -> "Order":
        """For lists of what their viewer may see without restriction: staff's, and a customer's own."""
        return cls(brief=row, viewing=viewing, opened=None)

    @property
    def it(self) -> Seen:
        if self.opened is None:
            raise LookupError("a list that was read without its documents was asked for more")
        return self.opened

    @property
    def model(self) -> core.Order:
        return self.it.order

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Order", self.brief.id)

    @field
    def number(self) -> str:
        """What people read out on the phone. Not guessable, no look-alike characters."""
        return self.brief.number

    @field
    def reference(self) -> str | None:
        """The buyer's or the channel's own number for it: a purchase order, a marketplace order."""
        return self.model.reference

    @field
    def status(self) -> core.OrderStatus:
        """Four independent axes: one mixed enum breaks as soon as a paid, half-shipped order has a return."""
        return core.OrderStatus(self.brief.status)

    @field
    def payment_status(self) -> progress.OrderPaymentStatus:
        return progress.OrderPaymentStatus(self.brief.payment_status)

    @field
    def fulfillment_status(self) -> progress.OrderFulfillmentStatus:
        return progress.OrderFulfillmentStatus(self.brief.fulfillment_status)

    @field
    def return_status(self) -> progress.OrderReturnStatus:
        return progress.OrderReturnStatus(self.brief.return_status)

    @field
    def headline(self) -> str:
        """One line for people, in the viewer's language: 'Out for delivery, expected Tuesday 24 November'."""
        return headline(self.model, self.viewing.locale, self.viewing.day)

    @field
    def milestones(self) -> list[Milestone]:
        """The few steps of a progress bar, in order, as this order's workflow names them."""
        return milestones_of(self.it)

    @field
    def state(self) -> str | None:
        """Staff only: the state's name in the workflow version that this order runs under."""
        return self.brief.state if self.viewing.is_staff else None

    @field
    def channel(self) -> Channel:
        return channel(self.brief.channel, self.viewing)

    @field
    def placed_at(self) -> datetime:
        return self.brief.placed_at

    @field
    def updated_at(self) -> datetime:
        return self.brief.updated_at

    @field
    def version(self) -> int:
        """Grows by one with every event of the order."""
        return self.brief.version

    @field
    async def customer(self, info: Info) -> Customer | None:
        # Guests and holders of links are shown nobody; a buyer is shown themselves.
        known, actor = self.brief.customer_id, self.viewing.actor
        if known is None or not (actor.is_staff or (actor.kind is ActorKind.CUSTOMER and actor.id == known)):
            return None
        found = await info.context.customer(known)
        return Customer(model=found, viewing=self.viewing) if found is not None else None

    @field
    def email(self) -> EmailAddress | None:
        buyer = self.model.buyer
        return EmailAddress(buyer.email) if buyer and buyer.email and self.it.personal else None

    @field
    def phone(self) -> PhoneNumber | None:
        buyer = self.model.buyer
        return PhoneNumber(buyer.phone) if buyer and buyer.phone and self.it.personal else None

    @field
    def locale(self) -> str:
        """BCP 47, the language that the buyer is told things in."""
        return self.model.locale

    @field
    def lines(self) -> list[OrderLine]:
        return [OrderLine(model=line, seen=self.it) for line in self.model.lines]

    @field
    def tax_included(self) -> bool:
        """Whether prices contain the tax; otherwise it is added."""
        return self.model.tax_included

    @field
    def subtotal(self) -> Money | None:
        return self.it.price(self.model.subtotal)

    @field
    def discount_total(self) -> Money | None:
        return self.it.price(self.model.discount_total)

    @field
    def shipping_total(self) -> Money | None:
        return self.it.price(self.model.shipping_total)

    @field
    def tax_total(self) -> Money | None:
        """Tax and duties."""
        return self.it.price(self.model.tax_total)

    @field
    def total(self) -> Money | None:
        """subtotal - discountTotal + shippingTotal, and taxTotal where it is not included."""
        hidden = self.opened is not None and not self.opened.prices
        return None if hidden else Money(minor=self.brief.total, currency=self.brief.currency)

    @field
    def refunded_total(self) -> Money | None:
        return self.it.price(self.model.refunded)

    @field
    def outstanding_total(self) -> Money | None:
        """What is still to be paid."""
        return self.it.price(self.model.outstanding)

    @field
    def discount_codes(self) -> list[str]:
        return list(self.model.discount_codes) if self.it.prices else []

    @field
    def shipping_address(self) -> MailingAddress | None:
        """A viewer without VIEW_PERSONAL sees town and country only."""
        buyer = self.model.buyer
        return mailing_address(buyer.shipping_address, self.viewing, self.it.personal) if buyer else None

    @field
    def billing_address(self) -> MailingAddress | None:
        buyer = self.model.buyer
        return mailing_address(buyer.billing_address, self.viewing, self.it.personal) if buyer else None

    @field
    def delivery(self) -> DeliveryChoice:
        return DeliveryChoice(seen=self.it)

    @field
    def delivery_estimate(self) -> DeliveryEstimate | None:
        """Of the whole order; each shipment has its own."""
        return order_estimate(self.model)

    @field
    def payments(self) -> list[Payment]:
        return [Payment(model=one, seen=self.it) for one in self.model.payments] if self.it.prices else []

    @field
    def payment_options(self) -> list[PaymentOption]:
        """How what is outstanding may be paid; empty when nothing is."""
        return payment_options(self.viewing) if self.it.prices and self.model.outstanding else []

    @field
    def shipments(self) -> list[Shipment]:
        """Outbound ones; a return's are on the return."""
        return [self.shipment(one) for one in self.model.shipments]

    @field
    def refunds(self) -> list[Refund]:
        return [Refund(model=one, seen=self.it) for one in self.model.refunds] if self.it.prices else []

    @field
    def returns(self) -> list[Return]:
        return [self.rma(one) for one in self.model.returns]

    @field
    async def events(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> OrderEventConnection | None:
        """The timeline. Customers see public events, staff all."""
        return await info.context.events(self.it, first, after, last, before)

    @field
    def actions(self) -> list[AvailableAction]:
        """What this viewer may do now, and why not where they may not."""
        return actions_on(self.it)

    @field
    def access(self) -> list[AccessScope]:
        """What this viewer's session or link opens here; without SELF_SERVICE, requestAccessCode lifts it."""
        return [scope for scope in AccessScope if scope in self.it.scopes]

    @field
    def tracking_url(self) -> URL | None:
        """A link that shows this order to whoever holds it; null for a viewer who may not share it."""
        page = self.it.page
        return URL(page) if page is not None else None

    @field
    def replaces(self) -> "Order | None":
        """The order that this one exchanges or replaces."""
        # Null: orders are not exchanged yet.
        return None

    @field
    def cancel_reason(self) -> Reason | None:
        given = self.model.cancellation
        return cancel_reason(given.reason, self.viewing) if given is not None else None

    @field
    def note(self) -> str | None:
        return self.model.buyer.note if self.model.buyer and self.it.personal else None

    @field
    def metadata(self) -> list[Attribute]:
        return attributes(self.model.metadata)

    @field
    async def notifications(
        self, info: Info
    ) -> list[Annotated["Notification", strawberry.lazy("schema.notifications")]] | None:
        """Every message about this order and whether it arrived."""
        return await info.context.notifications_of(self.it)

    @field
    async def effects(self, info: Info) -> list[Effect] | None:
        """Staff only: what is owed to the outside world, and how it went."""
        if not self.viewing.is_staff:
            return None
        return [Effect(model=one, viewing=self.viewing) for one in await info.context.effects(self.brief.id)]

    @field
    def triggers(self) -> list[str]:
        """Staff only: the triggers that fireTrigger would take now."""
        return list(self.viewing.triggers(self.model)) if self.viewing.is_staff else []

    def rma(self, rma: ModelReturn) -> Return:
        return Return(model=rma, parent=self, seen=self.it)

    def shipment(self, shipment: ModelShipment) -> Shipment:
        return Shipment(model=shipment, parent=self, seen=self.it)
