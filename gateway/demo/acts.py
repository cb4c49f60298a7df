"""Each thing that happens in a story, done by the use case that does it in life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.actors import ALL_SCOPES, Actor, ActorKind, Role
from domain.model.commands import AddShipment, CancelOrder, FireTrigger, LineQuantity, RecordTrackingEvent
from domain.model.orders import Order
from domain.model.reports import PaymentReport, Report, TrackerReport, WarehouseReport
from domain.model.shipments import (
    PREPARATION_ORDER,
    DeliveryEstimate,
    EstimateSource,
    PreparationStatus,
    Scan,
    Shipment,
)
from domain.ports import Ports
from domain.services.cancellations import cancel_order, cancel_quote
from domain.services.inbox import apply_report
from domain.services.shipments import add_shipment, record_tracking_event
from domain.services.triggers import fire_trigger
from gateway.demo import stories as s
from gateway.demo.catalogue import Person
from gateway.demo.moments import On, Times
from gateway.demo.places import CARRIERS, place, tracking_number

SUPPORT = Actor(ActorKind.STAFF, "lena.voss", roles=frozenset({Role.SUPPORT}))
WAREHOUSE = Actor(ActorKind.STAFF, "tarik.demir", roles=frozenset({Role.WAREHOUSE}))
OPERATIONS = Actor(ActorKind.STAFF, "olga.reiter", roles=frozenset({Role.OPERATIONS}))

TOWNS = {"hamburg": "Hamburg", "vienna": "Wien", "newark": "Newark"}
SAID_LATER = timedelta(seconds=40)
"""Partners tell of a thing a little after it happened."""
LABELED = PREPARATION_ORDER.index(PreparationStatus.LABELED)


class StoryBroken(Exception):
    """The shop did not do what a story takes for granted."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Whose story it is, and where it is told; `key` makes idempotency keys of its own."""

    story: s.Story
    key: str
    person: Person
    customers: Mapping[str, str]
    times: Times
    ports: Ports

    @property
    def buyer(self) -> Actor | None:
        """The customer; None for somebody who orders as a guest."""
        customer_id = self.customers.get(self.person.email)
        return Actor(ActorKind.CUSTOMER, customer_id) if customer_id else None


async def perform(act: s.Act, number: int, order: Order, at: datetime, teller: Teller) -> None:
    """It happened to the order at that moment, as the `number`th thing in its story. Raises: StoryBroken."""
    key, ports = f"{teller.key}-{number}", teller.ports
    match act:
        case s.Canceled(reason, note):
            link = Actor(ActorKind.GUEST, order.id, order_id=order.id, scopes=ALL_SCOPES)
            buyer = teller.buyer or link
            quote = await cancel_quote(order.id, (), buyer, ports)
            await cancel_order(CancelOrder(key, order.id, reason, quote.id, note), buyer, ports)
        case s.Fired(trigger, note):
            await fire_trigger(FireTrigger(key, order.id, trigger, note), SUPPORT, ports)
        case s.SentByHand(carrier):
            tracked_by = tracking_number(carrier, f"{order.id}/by-hand")
            lines = tuple(LineQuantity(line.id, line.quantity) for line in order.lines)
            service, name = CARRIERS[carrier].service, CARRIERS[carrier].name
            await add_shipment(AddShipment(key, order.id, lines, name, service, tracked_by), WAREHOUSE, ports)
        case s.RecordedByHand(status, text, town, parcel):
            where = place(town, order.country).label
            command = RecordTrackingEvent(
                key, order.id, f"s{parcel}", status, text, at - timedelta(minutes=9), location=where
            )
            await record_tracking_event(command, SUPPORT, ports)
        case _:
            unknown = await apply_report(_report(act, order, at - SAID_LATER, teller), ports)
            if unknown is not None:
                raise StoryBroken(f"{teller.story.name}: nothing is known of {unknown}")


def _report(
    act: s.Prepared | s.CalledOff | s.Scanned | s.PaymentSaid, order: Order, at: datetime, teller: Teller
) -> Report:
    match act:
        case s.PaymentSaid(outcome, percent):
            payment, amount = order.payments[0], order.total * percent // 100
            return PaymentReport(
                payment.reference or "", outcome, amount, order.currency, brand="visa", last4=payment.last4 or "3184"
            )
        case s.CalledOff(parcel):
            return WarehouseReport(order.id, f"s{parcel}", None, at)
        case s.Prepared(step, parcel, carrier):
            report = WarehouseReport(order.id, f"s{parcel}", step, at)
            if carrier is None or PREPARATION_ORDER.index(step) < LABELED:
                return report
            known, number = CARRIERS[carrier], tracking_number(carrier, f"{order.id}/s{parcel}")
            return WarehouseReport(order.id, f"s{parcel}", step, at, carrier, known.name, known.service, number)
        case s.Scanned(word, town, parcel, expected):
            return _tracker_report(word, town, _parcel(order, parcel, teller), expected, order, at, teller)


def _parcel(order: Order, number: int, teller: Teller) -> Shipment:
    shipment = order.shipment(f"s{number}")
    if shipment is None or shipment.tracking_number is None:
        raise StoryBroken(f"{teller.story.name}: parcel {number} has no number to be followed by")
    return shipment


def _tracker_report(
    word: s.Word, town: str, parcel: Shipment, expected: int | None, order: Order, at: datetime, teller: Teller
) -> TrackerReport:
    home = teller.person.address.city or ""
    named = {s.HOME: home, s.ORIGIN: TOWNS[parcel.origin or "hamburg"]}.get(town, town)
    where = place(named, order.country)
    carrier = parcel.carrier or ""
    text = word.text.format(carrier=parcel.carrier_name or carrier)
    key = f"{parcel.tracking_number}:{at.isoformat()}:{word.detail}"
    scan = Scan(key, at, word.status, text, word.detail, word.code, where.label, where.latitude, where.longitude)
    estimate = None
    if expected is not None:
        first, last = (teller.times.of(On(expected, hour), order.placed_at) for hour in ("08:00", "20:00"))
        estimate = DeliveryEstimate(first, last, EstimateSource.CARRIER, at)
    return TrackerReport(parcel.tracking_number or "", (scan,), carrier=carrier, estimate=estimate)
