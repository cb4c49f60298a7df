"""What a message may say: facts of the order and the shop, as text in the order's language and the destination's time.

No word of a person is among them, and none that a buyer may choose: whoever orders for another's address could put
an advertisement of their own into it. Titles of goods are the shop's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.model.events import Event
from domain.model.orders import DeliveryMethod, Order, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.shipments import DeliveryEstimate, Shipment
from domain.model.shop import Location, Shop
from domain.policies.progress import open_shipments
from domain.policies.words import language
from domain.ports import Dates, Ports
from domain.workflow.definition import State
from domain.workflow.engine import window
from notifications import local
from notifications.occasions import Occasion
from notifications.rules import Kind

Facts = dict[str, Any]
WITH_LINES = frozenset({Kind.CONFIRMED, Kind.CANCELED})
OF_A_PARCEL = frozenset({Kind.SHIPPED, Kind.OUT_FOR_DELIVERY, Kind.ATTEMPTED, Kind.READY_FOR_PICKUP, Kind.DELIVERED})
EXPECTANT = frozenset({Kind.CONFIRMED, Kind.SHIPPED, Kind.ATTEMPTED})
"""What still says when it comes."""


@dataclass(frozen=True, slots=True)
class Place:
    """How days, times and amounts are written for this order."""

    locale: str
    zone: str
    dates: Dates

    def day(self, moment: datetime) -> str:
        return self.dates.day(moment, self.locale, self.zone)

    def moment(self, moment: datetime) -> str:
        return f"{self.day(moment)}, {local.time(moment, self.locale, self.zone)}"

    @classmethod
    def of(cls, order: Order, shop: Shop, dates: Dates) -> "Place":
        """The order's locale where we have words in its language, else English; the zone where the parcel goes."""
        spoken = language(order.locale)
        locale = order.locale if order.locale.lower().startswith(spoken) else spoken
        to = order.buyer.shipping_address if order.buyer is not None else None
        province = to.province_code if to is not None else None
        zone = local.zone_of(order.country, order.placed_at.year, province) or shop.time_zone
        return cls(locale, zone, dates)


def facts(occasion: Occasion, event: Event, order: Order, ports: Ports) -> Facts:
    """Everything that the template of this kind may name; what is not known is None, empty or 0."""
    shop = ports.shops.current()
    place = Place.of(order, shop, ports.dates)
    money = partial(local.money, currency=order.currency, locale=place.locale)
    parcel = order.shipment(occasion.about) if occasion.kind in OF_A_PARCEL and occasion.about else None
    first, last = _expected(occasion.kind, order, parcel, event.recorded_at)
    due = order.payment(occasion.about) if occasion.about else None
    refund = next((one for one in order.refunds if one.id == occasion.about), None)
    pickup = _pickup(order, shop)
    delivered = parcel.delivered_at if parcel is not None and parcel.delivered_at else event.occurred_at
    return {
        "language": language(order.locale),
        "shop": shop.name,
        "number": order.number,
        "link": f"{ports.public_url}/track#{ports.links.token(order.id)}",
        "first": place.day(first) if first else None,
        "last": place.day(last) if last else None,
        "day": place.day(delivered if occasion.kind is Kind.DELIVERED else event.occurred_at),
        "until": _until(occasion, event, order, place, ports),
        "returns_until": place.day(delivered + window(shop, "window:returns")),
        "parcels": len(open_shipments(order)),
        "carrier": (parcel.carrier_name or parcel.carrier) if parcel else None,
        "tracking_number": parcel.tracking_number if parcel else None,
        "backordered": any(line.backordered for line in order.lines),
        "due": money(due.amount if due else order.outstanding),
        "amount": money(refund.amount if refund else order.refunded),
        "charged": order.captured > 0,
        "sold_out": order.cancellation is None and bool(order.stock_lost),
        "never_paid": order.cancellation is None and _never_paid(order),
        "place": pickup.name if pickup else None,
        "hours": ", ".join(pickup.opening_hours) if pickup else None,
        "lines": [{"quantity": line.quantity, "title": line.title, "amount": money(line.total)} for line in order.lines]
        if occasion.kind in WITH_LINES
        else [],
        "shipping": money(order.shipping_total) if order.shipping_total else None,
        "discount": money(-order.discount_total) if order.discount_total else None,
        "tax": money(order.tax_total) if order.tax_total and not order.tax_included else None,
        "total": money(order.total),
    }


def _expected(
    kind: Kind, order: Order, parcel: Shipment | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """From when to when it should arrive, as far as that lies ahead."""
    estimate: DeliveryEstimate | None = (parcel.estimate if parcel else None) or order.estimate
    if kind not in EXPECTANT or estimate is None or estimate.latest <= now:
        return None, None
    if kind is Kind.ATTEMPTED and estimate.updated_at < now - timedelta(hours=1):
        return None, None  # what was expected before the attempt is no answer to it
    return max(estimate.earliest, now), estimate.latest


def _until(occasion: Occasion, event: Event, order: Order, place: Place, ports: Ports) -> str | None:
    """When the matter is over by itself."""
    told = getattr(event.data, "until", None)
    if isinstance(told, datetime):
        return place.day(told)
    if occasion.kind not in (Kind.PAYMENT_NEEDED, Kind.DECLINED, Kind.ON_HOLD):
        return None
    definition = ports.workflows.get(order.flow.workflow, order.flow.version)
    here: State | None = definition.states.get(order.flow.state)
    spans = [
        window(ports.shops.current(), after)
        for after, transition in (here.after if here else {}).items()
        if definition.states[transition.to].status == OrderStatus.CANCELED
    ]
    return place.moment(order.flow.entered_at + min(spans)) if spans else None


def _never_paid(order: Order) -> bool:
    unpaid = {PaymentStatus.FAILED, PaymentStatus.EXPIRED}
    return bool(order.payments) and all(payment.status in unpaid for payment in order.payments)


def _pickup(order: Order, shop: Shop) -> Location | None:
    chosen = order.delivery.pickup_location
    return shop.location(chosen) if order.delivery.method is DeliveryMethod.PICKUP and chosen else None
