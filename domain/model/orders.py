"""The order: the aggregate root. Lines, payments, parcels, refunds and returns load and save with it, as one version.

Amounts are minor units of `currency`. Words about people are not in here: they stand in rows of their own
(`Personal`), named by id and digest, and travel beside the order as `Order.buyer`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.addresses import Address
from domain.model.flows import Flow as Flow
from domain.model.flows import MilestoneReached as MilestoneReached
from domain.model.flows import TaskRun as TaskRun
from domain.model.flows import TaskStatus as TaskStatus
from domain.model.payments import Payment, PaymentStatus, Refund, RiskAssessment
from domain.model.personal import PersonalRef as PersonalRef
from domain.model.products import Attribute
from domain.model.returns import Return
from domain.model.shipments import DeliveryEstimate, Shipment
from domain.model.stock import Allocation


class OrderStatus(StrEnum):
    PENDING = "PENDING"
    ON_HOLD = "ON_HOLD"
    CONFIRMED = "CONFIRMED"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class DeliveryMethod(StrEnum):
    SHIPPING = "SHIPPING"
    LOCAL_DELIVERY = "LOCAL_DELIVERY"
    PICKUP = "PICKUP"
    CURBSIDE = "CURBSIDE"
    LOCKER = "LOCKER"
    DIGITAL = "DIGITAL"


class DeliveryConfirmation(StrEnum):
    NONE = "NONE"
    SIGNATURE = "SIGNATURE"
    ADULT_SIGNATURE = "ADULT_SIGNATURE"
    PHOTO = "PHOTO"
    PIN = "PIN"


class UnavailablePolicy(StrEnum):
    REJECT = "REJECT"
    BACKORDER = "BACKORDER"
    SHIP_AVAILABLE = "SHIP_AVAILABLE"


class NotificationChannel(StrEnum):
    SMS = "SMS"
    EMAIL = "EMAIL"
    WEBSOCKET = "WEBSOCKET"
    PUSH = "PUSH"
    WEBHOOK = "WEBHOOK"


@dataclass(frozen=True, slots=True)
class Buyer:
    """The words of a placed order that belong to a person; one immutable row, erased as one."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    instructions: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the order is to arrive, as agreed. `price` in minor units, before tax unless tax is included."""

    method: DeliveryMethod
    service: str
    title: str
    price: int
    tax: int = 0
    confirmation: DeliveryConfirmation = DeliveryConfirmation.NONE
    pickup_location: str | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`total` is what the line costs after discount, in the sense of the order's `tax_included`."""

    id: str
    sku: str
    title: str
    quantity: int
    unit_price: int
    total: int
    tax: int = 0
    discount: int = 0
    options: tuple[Attribute, ...] = ()
    image_url: str | None = None
    category: str | None = None
    weight_grams: int = 0
    returnable: bool = True
    backordered: int = 0
    canceled: int = 0


@dataclass(frozen=True, slots=True)
class Cancellation:
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """`version` is the sequence of its last event; `closed` once nothing can happen to it any more."""

    id: str
    number: str
    channel: str
    currency: str
    locale: str
    placed_at: datetime
    updated_at: datetime
    version: int
    lines: tuple[OrderLine, ...]
    delivery: Delivery
    tax_included: bool
    subtotal: int
    discount_total: int
    shipping_total: int
    tax_total: int
    total: int
    flow: Flow[OrderStatus]
    country: str
    reference: str | None = None
    customer_id: str | None = None
    customer_tier: str | None = None
    personal: PersonalRef | None = None
    buyer: Buyer | None = None
    if_unavailable: UnavailablePolicy = UnavailablePolicy.REJECT
    notify_by: tuple[NotificationChannel, ...] | None = None
    discount_codes: tuple[str, ...] = ()
    metadata: tuple[Attribute, ...] = ()
    estimate: DeliveryEstimate | None = None
    payments: tuple[Payment, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    risk: RiskAssessment | None = None
    cancellation: Cancellation | None = None
    stock_lost: tuple[tuple[str, int], ...] = ()
    format: int = 1

    def line(self, line_id: str) -> OrderLine | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def payment(self, payment_id: str) -> Payment | None:
        return next((payment for payment in self.payments if payment.id == payment_id), None)

    def shipment(self, shipment_id: str) -> Shipment | None:
        """A parcel to the buyer."""
        return next((shipment for shipment in self.shipments if shipment.id == shipment_id), None)

    @property
    def parcels(self) -> tuple[Shipment, ...]:
        """To the buyer, and back."""
        return self.shipments + tuple(shipment for rma in self.returns for shipment in rma.shipments)

    def parcel(self, shipment_id: str) -> Shipment | None:
        """To the buyer, or back."""
        return next((shipment for shipment in self.parcels if shipment.id == shipment_id), None)

    def rma(self, return_id: str) -> Return | None:
        return next((rma for rma in self.returns if rma.id == return_id), None)

    def rma_of(self, shipment_id: str) -> Return | None:
        """The return whose way back this parcel is."""
        return next((rma for rma in self.returns if rma.shipment(shipment_id) is not None), None)

    def refunds_of(self, return_id: str) -> tuple[Refund, ...]:
        return tuple(refund for refund in self.refunds if refund.return_id == return_id)

    @property
    def captured(self) -> int:
        return sum(payment.captured for payment in self.payments)

    @property
    def refunded(self) -> int:
        return sum(payment.refunded for payment in self.payments)

    @property
    def outstanding(self) -> int:
        """What is still to be paid: nothing once held or taken, nothing on a canceled order."""
        if self.flow.status is OrderStatus.CANCELED:
            return 0
        held = sum(
            max(payment.authorized, payment.captured)
            for payment in self.payments
            if payment.status not in (PaymentStatus.FAILED, PaymentStatus.VOIDED, PaymentStatus.EXPIRED)
        )
        return max(self.total - held, 0)
