"""What people ask for, as they said it: nothing in here has been checked yet.

Texts are raw (a country may be no country); amounts are Decimal, as on the wire; `key` is the idempotency key.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.model.addresses import Address
from domain.model.orders import DeliveryConfirmation, DeliveryMethod, NotificationChannel, UnavailablePolicy
from domain.model.payments import PaymentMethod, RefundDestination
from domain.model.products import Attribute
from domain.model.returns import Disposition, ItemCondition, ReturnMethod, ReturnResolution
from domain.model.shipments import TrackingStatus


@dataclass(frozen=True, slots=True)
class LineRequest:
    sku: str
    quantity: int
    options: tuple[Attribute, ...] = ()
    expected_unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    method: DeliveryMethod
    service: str | None = None
    pickup_location: str | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None
    instructions: str | None = None
    confirmation: DeliveryConfirmation | None = None


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    method: PaymentMethod
    token: str | None = None
    gateway: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AskQuote:
    lines: tuple[LineRequest, ...]
    currency: str
    channel: str | None = None
    shipping_address: Address | None = None
    delivery: DeliveryRequest | None = None
    discount_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """`customer_id` is the internal id that staff order for; a signed-in customer orders for themselves."""

    key: str
    lines: tuple[LineRequest, ...]
    currency: str
    delivery: DeliveryRequest
    payments: tuple[PaymentRequest, ...]
    channel: str | None = None
    customer_id: str | None = None
    reference: str | None = None
    email: str | None = None
    phone: str | None = None
    notify_by: tuple[NotificationChannel, ...] | None = None
    locale: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    discount_codes: tuple[str, ...] = ()
    if_unavailable: UnavailablePolicy = UnavailablePolicy.REJECT
    expected_total: Decimal | None = None
    note: str | None = None
    metadata: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class LineQuantity:
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CancelOrder:
    key: str
    order_id: str
    reason: str
    quote_id: str | None = None
    note: str | None = None
    lines: tuple[LineQuantity, ...] = ()


@dataclass(frozen=True, slots=True)
class FireTrigger:
    key: str
    order_id: str
    trigger: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AddShipment:
    key: str
    order_id: str
    lines: tuple[LineQuantity, ...]
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class RecordTrackingEvent:
    key: str
    order_id: str
    shipment_id: str
    status: TrackingStatus
    description: str
    occurred_at: datetime
    detail: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class AdjustStock:
    key: str
    sku: str
    location_id: str
    delta: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProductEntry:
    sku: str
    title: str
    price: Decimal
    currency: str
    group: str | None = None
    options: tuple[Attribute, ...] = ()
    category: str | None = None
    description: str | None = None
    image_url: str | None = None
    weight_grams: int | None = None
    returnable: bool | None = None


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    email: str
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    tier: str | None = None
    company_name: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnLineRequest:
    line_id: str
    quantity: int
    reason: str
    resolution: ReturnResolution
    note: str | None = None
    exchange_sku: str | None = None
    photo_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskReturnQuote:
    order_id: str
    lines: tuple[ReturnLineRequest, ...]
    method: ReturnMethod = ReturnMethod.SHIP


@dataclass(frozen=True, slots=True)
class RequestReturn:
    key: str
    order_id: str
    lines: tuple[ReturnLineRequest, ...]
    method: ReturnMethod = ReturnMethod.SHIP
    quote_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CancelReturn:
    key: str
    order_id: str
    return_id: str


@dataclass(frozen=True, slots=True)
class DecideReturn:
    key: str
    order_id: str
    return_id: str
    approve: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    return_line_id: str
    quantity: int
    condition: ItemCondition
    disposition: Disposition
    location: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiveReturn:
    key: str
    order_id: str
    return_id: str
    lines: tuple[ReceivedLine, ...]


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Without an amount, what the lines cost; without lines, goodwill spread over the order."""

    key: str
    order_id: str
    reason: str
    lines: tuple[LineQuantity, ...] = ()
    amount: Decimal | None = None
    payment_id: str | None = None
    to: RefundDestination = RefundDestination.ORIGINAL_PAYMENT
