"""An order with something of everything, and ways to look at it without a store."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

import strawberry
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from strawberry.schema.config import StrawberryConfig

from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.dates import CldrDates
from domain.adapters.documents.shops import decode_shop, demo_shop
from domain.adapters.documents.workflows import read_definition, read_library
from domain.model import events as e
from domain.model import notifications as core
from domain.model.actors import ALL_SCOPES, AccessScope, Actor, ActorKind, ActorRef, Role
from domain.model.addresses import Address
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Buyer, NotificationChannel, Order, OrderStatus
from domain.model.payments import NextAction, NextActionKind, Refund, RefundLine, RiskAssessment, RiskLevel
from domain.model.products import Availability, Customer, Product
from domain.model.shipments import (
    DeliveryEstimate,
    EstimateSource,
    PreparationStatus,
    Scan,
    Shipment,
    ShipmentLine,
    TrackingStatus,
)
from domain.workflow.definition import Definition
from gateway.ids import GlobalIds
from schema.connections import Edge, PageInfo
from schema.context import Viewing
from schema.events import OrderEvent, OrderEventConnection
from schema.nodes import Node
from schema.notifications import Notification, NotificationDelivery, reads_messages
from schema.orders.order import Order as Published
from schema.orders.seen import Seen
from schema.scalars import SCALARS
from tests.factories import NOW, a_line, a_payment, a_placement, a_product

ORDER_ID = "0190aaaabbbb7cccddddeeeeffff0001"
PERSONAL = ("Grace Hopper", "Kanzlerweg 7", "grace@example.org", "+4930901821", "leave it with Kurt", "for my niece")
SECRETS = ("pm_card_visa", "cs_secret_word")

STAFF = Actor(ActorKind.STAFF, "olga", roles=frozenset(Role))
OWNER = Actor(ActorKind.CUSTOMER, "c1")
STRANGER = Actor(ActorKind.CUSTOMER, "c2")
HOLDER = Actor(ActorKind.GUEST, ORDER_ID, order_id=ORDER_ID, scopes=ALL_SCOPES)
GIFT = Actor(ActorKind.GUEST, "e" * 32, order_id=ORDER_ID, scopes=frozenset({AccessScope.VIEW}))


@cache
def a_definition() -> Definition:
    """The shipped one."""
    return read_definition(read_library()["order"], "order", 1)


def a_lived_order() -> Changes:
    """Placed, challenged, paid, packed, sent in one of two parcels, scanned, and refunded in part."""
    home = Address("DE", name=PERSONAL[0], address1=PERSONAL[1], city="Berlin", zip="10119", phone=PERSONAL[3])
    buyer = Buyer(PERSONAL[0], PERSONAL[2], PERSONAL[3], home, home, PERSONAL[4], PERSONAL[5])
    promised = DeliveryEstimate(NOW, NOW + timedelta(days=3), EstimateSource.SERVICE_LEVEL, NOW)
    changes = a_placement(
        ORDER_ID,
        buyer=buyer,
        lines=[a_line(1, quantity=2), a_line(2, "MUG", 1, 900)],
        customer_id="c1",
        estimate=promised,
        discount_codes=("SPRING",),
        payments=(a_payment(amount=4898),),
    )
    action = NextAction(NextActionKind.REDIRECT, "https://bank.example/challenge", SECRETS[1])
    risk = RiskAssessment(RiskLevel.MEDIUM, 0.35, ("large amount",))
    scan = Scan(
        "k1", NOW + timedelta(hours=5), TrackingStatus.IN_TRANSIT, "Arrived", "arrived_at_facility", None, "Halle"
    )
    staff = ActorRef(ActorKind.STAFF, "olga")
    reached = a_definition().milestones[0].handle
    for data, actor in (
        (e.PaymentActionRequired("p1", "pi_1", action), ActorRef(ActorKind.PAYMENT_PROVIDER)),
        (e.PaymentAuthorized("p1", 4898, "pi_1", "visa", "4242", risk), ActorRef(ActorKind.PAYMENT_PROVIDER)),
        (e.RiskAssessed(risk), None),
        (e.WorkflowMoved(a_definition().start, OrderStatus.CONFIRMED, "tasks.done", milestone=reached), None),
        (e.ShipmentPlanned(Shipment("s1", (ShipmentLine("l1", 2),), NOW, "berlin")), staff),
        (e.ShipmentPrepared("s1", PreparationStatus.HANDED_OVER, "dhl", "DHL", "standard", "TN1"), None),
        (e.PaymentCaptured("p1", 4898, "ch_1"), None),
        (e.ShipmentScanned("s1", (scan,), promised), ActorRef(ActorKind.CARRIER, "DHL")),
        (e.RefundRequested(Refund("r1", "p1", 900, NOW, (RefundLine("l2", 1, 900),))), staff),
    ):
        changes.add(data, actor)
    return changes


def a_challenged_order() -> Order:
    """Waits for its buyer to confirm the payment."""
    changes = a_placement(ORDER_ID, customer_id="c1")
    changes.add(e.PaymentActionRequired("p1", "pi_1", NextAction(NextActionKind.REDIRECT, "https://bank.example/1")))
    return changes.order


@cache
def a_viewing(actor: Actor = STAFF, locale: str = "en") -> Viewing:
    shop, dates = decode_shop(demo_shop()), CldrDates()
    definition = a_definition()
    return Viewing(
        actor=actor,
        locale=locale,
        now=NOW + timedelta(days=1),
        shop=shop,
        ids=GlobalIds(b"ids"),
        formatted=LibraryContactChecks().formatted,
        day=lambda moment: dates.day(moment, locale, "Europe/Berlin"),
        definition=lambda name, version: definition,
        page=lambda link_id: f"https://shop.example/track#{link_id}",
    )


@dataclass
class Room:
    """A Context that has what it answers, and remembers what it was asked."""

    viewing: Viewing
    lived: Changes
    asked: list[str] = field(default_factory=list)

    async def customer(self, customer_id: str) -> Customer | None:
        self.asked.append(f"customer {customer_id}")
        return Customer(customer_id, "grace@example.org", "Grace Hopper", tier="gold")

    async def product(self, sku: str) -> Product | None:
        return a_product(sku) if sku != "MUG" else None

    async def availability(self, sku: str) -> Availability:
        return Availability.LOW_STOCK

    async def available(self, sku: str) -> int:
        return 4

    async def effects(self, order_id: str) -> list[Effect]:
        return [Effect(f"{order_id}:2:payment", "authorizePayment", NOW, NOW, order_id, payload={"card": "none"})]

    async def orders_of(self, *_: Any) -> None:
        return None

    async def orders_of_viewer(self, *_: Any) -> None:
        return None

    async def notifications_of(self, seen: Seen) -> list[Notification] | None:
        if not reads_messages(seen):
            return None
        told = core.Notification(seen.order.id, 2, "order.confirmed", "Confirmed", "Thank you.", NOW)
        return [Notification(model=told, viewing=self.viewing)]

    async def deliveries(self, notification: core.Notification) -> list[NotificationDelivery]:
        delivery = core.Delivery(
            "d1", notification.order_id, 2, NotificationChannel.EMAIL, "hash", "order.confirmed", NOW
        )
        return [NotificationDelivery(model=delivery, address="ada@example.com")]

    async def order_of(self, order_id: str) -> None:
        return None

    async def event(self, order_id: str, sequence: int) -> None:
        return None

    async def events(self, seen: Seen, *_: Any) -> OrderEventConnection:
        edges = [
            Edge(cursor=str(event.sequence), node=OrderEvent(model=event, seen=seen))
            for event in self.lived.events
            if event.public or seen.staff
        ]
        info = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
        return OrderEventConnection(edges=edges, page_info=info)


@strawberry.type
class Query:
    @strawberry.field
    def shown(self) -> Node:
        return self  # type: ignore[return-value]  # the root value is what is shown


SCHEMA = strawberry.Schema(query=Query, types=[Published], config=StrawberryConfig(scalar_map=SCALARS))


async def shown(node: Node, fields: str, room: Room | None = None) -> dict[str, Any]:
    """What those fields of it are."""
    kind = type(node).__name__
    answer = await SCHEMA.execute(
        f"{{ shown {{ ... on {kind} {{ {fields} }} }} }}", root_value=node, context_value=room
    )
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    found: dict[str, Any] = answer.data["shown"]
    return found


async def seen_by(actor: Actor, fields: str, order: Order | None = None, **changes: Any) -> dict[str, Any]:
    lived = a_lived_order()
    viewing = replace(a_viewing(actor), **changes)
    return await shown(Published.by(viewing, order or lived.order), fields, Room(viewing, lived))


def everything(type_name: str = "Order", depth: int = 5) -> str:
    """Every field of the type that needs no argument, and of what it leads to, so deep."""
    kind = SCHEMA._schema.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
    if isinstance(kind, GraphQLUnionType):
        return "__typename"
    found = []
    for name, one in kind.fields.items():
        inner = get_named_type(one.type)
        if any(is_required_argument(argument) for argument in one.args.values()):
            continue
        if is_leaf_type(inner):
            found.append(name)
        elif depth > 1:
            found.append(f"{name} {{ {everything(inner.name, depth - 1)} }}")
    return " ".join(found) or "__typename"
