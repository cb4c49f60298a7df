"""Whole lives of orders, drawn by chance: the same seed draws the same one."""

from datetime import datetime, timedelta
from random import Random

from domain.adapters.ids import SeededIds
from domain.model import events as e
from domain.model.actors import ActorKind, ActorRef
from domain.model.changes import Changes
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.model.payments import (
    NextAction,
    NextActionKind,
    PaymentStatus,
    Refund,
    RefundStatus,
    RiskAssessment,
    RiskLevel,
)
from domain.model.products import Attribute
from domain.model.returns import (
    Disposition,
    Inspection,
    ItemCondition,
    ReturnLine,
    ReturnMethod,
    ReturnResolution,
    ReturnStatus,
)
from domain.model.shipments import (
    PREPARATION_ORDER,
    DeliveryEstimate,
    EstimateSource,
    ParcelLabel,
    Scan,
    Shipment,
    ShipmentLine,
    TrackingStatus,
)
from domain.model.stock import Allocation
from tests.factories import NOW, a_buyer, a_line, a_placement, an_effect

WORDS = ("Grün", "apple", "日本", "O'Neil", 'say "hi"', "a,b", "\\", "", "tab\there", "🧵", ',"buyer":null')


def a_history(random: Random, saves: int = 8, order_id: str | None = None) -> list[Changes]:
    """What a life of an order could be, save by save; each save builds on the one before."""
    ids = SeededIds(random.getrandbits(64))
    now = NOW + timedelta(microseconds=random.randrange(10**12))
    order_id = order_id or ids.order_id(now)
    history = [_a_placement(random, ids, order_id, now)]
    for _ in range(saves - 1):
        now += timedelta(microseconds=random.randrange(1, 10**11))
        changes = Changes(
            history[-1].order, ActorRef(random.choice(tuple(ActorKind)), random.choice((None, "eve"))), now
        )
        for _ in range(random.randint(1, 4)):
            data = random.choice(_POSSIBLE)(random, changes.order, now)
            if data is not None:
                changes.add(data, occurred_at=now - timedelta(seconds=random.randrange(100)))
        if changes.events:
            _owe_and_refer(random, ids, changes)
            history.append(changes)
    return history


def _a_placement(random: Random, ids: SeededIds, order_id: str, now: datetime) -> Changes:
    lines = [
        a_line(
            number,
            f"SKU-{random.randrange(9)}",
            random.randint(1, 5),
            random.randrange(100000),
            title=_word(random),
            options=tuple(Attribute(_word(random), _word(random)) for _ in range(random.randrange(3))),
            weight_grams=random.randrange(5000),
            returnable=random.random() < 0.9,
        )
        for number in range(1, random.randint(2, 5))
    ]
    placement = a_placement(
        order_id,
        buyer=a_buyer(note=_word(random)) if random.random() < 0.8 else None,
        now=now,
        seed=random.getrandbits(64),
        lines=lines,
        number=f"{random.getrandbits(40):010X}",
        reference=random.choice((None, _word(random))),
        customer_id=random.choice((None, "c1")),
        estimate=_estimate(random, now),
        metadata=(Attribute("k", _word(random)),),
    )
    _owe_and_refer(random, ids, placement)
    return placement


def _owe_and_refer(random: Random, ids: SeededIds, changes: Changes) -> None:
    key = f"{changes.order.id}:{changes.version}:announce"
    changes.owe(an_effect(key, order_id=changes.order.id, run_at=changes.now, created_at=changes.now))
    if random.random() < 0.5:
        changes.refer("tracking", ids.unique())


def _word(random: Random) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, 3)))


def _estimate(random: Random, now: datetime) -> DeliveryEstimate | None:
    if random.random() < 0.3:
        return None
    days = random.randint(1, 9)
    confidence = random.choice((0.5, 0.8, 1 / 3))
    return DeliveryEstimate(now, now + timedelta(days=days), EstimateSource.CARRIER, now, confidence)


def _moved(random: Random, order: Order, now: datetime) -> e.EventData:
    tasks = tuple(e.StartedTask(name, "act") for name in ("stock", "payment")[: random.randrange(3)])
    return e.WorkflowMoved(
        to_state=random.choice(("confirmed", "picking", "shipped", "inReview")),
        status=random.choice(tuple(OrderStatus)),
        trigger=random.choice(("tasks.done", "staff.fire")),
        from_state=order.flow.state,
        because=random.choice((None, "order.total >= 5")),
        milestone=random.choice((None, "confirmed", "shipped")),
        final=random.random() < 0.1,
        tasks=tasks,
    )


def _settled(random: Random, order: Order, now: datetime) -> e.EventData:
    settled = e.TaskSettled("stock", random.choice(tuple(TaskStatus)), random.choice((None, "DECLINED")))
    return random.choice((settled, settled, e.TaskStarted("stock", "reserveElsewhere")))


def _reserved(random: Random, order: Order, now: datetime) -> e.EventData:
    line = random.choice(order.lines)
    return e.StockReserved((Allocation(line.id, line.sku, random.choice(("berlin", "rome")), line.quantity),))


def _released(random: Random, order: Order, now: datetime) -> e.EventData | None:
    kind = random.choice((e.StockReleased, e.StockShipped))
    return kind(order.allocations[:1]) if order.allocations else None


def _backordered(random: Random, order: Order, now: datetime) -> e.EventData:
    line = random.choice(order.lines)
    kind = random.choice((e.StockBackordered, e.StockLost))
    return kind(((line.id, random.randint(1, line.quantity)),))


def _payment(random: Random, order: Order, now: datetime) -> e.EventData:
    payment = random.choice(order.payments)
    risk = RiskAssessment(random.choice(tuple(RiskLevel)), random.random(), (_word(random),))
    if payment.status is PaymentStatus.AUTHORIZED:
        part = random.randint(0, payment.authorized)
        return random.choice((e.PaymentCaptured(payment.id, part, "ch_1"), e.PaymentVoided(payment.id)))
    action = NextAction(NextActionKind.REDIRECT, "https://bank.example/challenge")
    return random.choice(
        (
            e.PaymentAuthorized(payment.id, payment.amount, "pi_1", "visa", "4242", risk),
            e.PaymentDeclined(payment.id, "card_declined", _word(random)),
            e.PaymentActionRequired(payment.id, "pi_1", action),
            e.RiskAssessed(risk),
        )
    )


def _refund(random: Random, order: Order, now: datetime) -> e.EventData | None:
    pending = [refund for refund in order.refunds if refund.status is RefundStatus.PENDING]
    if pending:
        return random.choice((e.RefundSucceeded(pending[0].id, "re_1"), e.RefundFailed(pending[0].id, _word(random))))
    if not order.captured:
        return None
    refund = Refund(f"r{len(order.refunds) + 1}", order.payments[0].id, random.randint(1, 500), now)
    return e.RefundRequested(refund)


def _planned(random: Random, order: Order, now: datetime) -> e.EventData:
    lines = tuple(ShipmentLine(line.id, line.quantity) for line in order.lines)
    return e.ShipmentPlanned(Shipment(f"s{len(order.shipments) + 1}", lines, now, "berlin"))


def _parcel(random: Random, order: Order, now: datetime) -> e.EventData | None:
    if not order.shipments:
        return None
    parcel = random.choice(order.shipments).id
    number = f"TN{random.randrange(100)}"
    scans = tuple(
        Scan(
            key=f"k{random.randrange(30)}",
            occurred_at=now - timedelta(hours=random.randrange(99)),
            status=random.choice(tuple(TrackingStatus)),
            description=_word(random),
            location=random.choice((None, "Hamburg, DE")),
            latitude=random.choice((None, 53.55)),
        )
        for _ in range(random.randint(1, 4))
    )
    return random.choice(
        (
            e.ShipmentPrepared(parcel, random.choice(PREPARATION_ORDER), "DHL", tracking_number=number),
            e.ShipmentWatched(parcel, "trk_1", "https://dhl.example/1"),
            e.ShipmentScanned(parcel, scans, _estimate(random, now)),
            e.ShipmentScanned(parcel, scans),
            e.ShipmentCanceled(parcel),
        )
    )


def _canceled(random: Random, order: Order, now: datetime) -> e.EventData | None:
    return e.CancelRequested("changed_mind") if order.cancellation is None and random.random() < 0.3 else None


def _returned(random: Random, order: Order, now: datetime) -> e.EventData | None:
    """The next thing that happens to a return, or a new one."""
    if not order.returns or random.random() < 0.3:
        number, line = len(order.returns) + 1, random.choice(order.lines)
        units = random.randint(1, line.quantity)
        amount = random.randrange(5000)
        part = ReturnLine(f"t{number}l1", line.id, units, _word(random), random.choice(tuple(ReturnResolution)), amount)
        way = random.choice(tuple(ReturnMethod))
        return e.ReturnRequested(f"t{number}", f"RMA-{number}", (part,), way, 0, amount, "return", 1, "berlin")
    rma = random.choice(order.returns)
    moved = e.ReturnMoved(
        rma.id,
        random.choice(("approved", "received", "refunded")),
        random.choice(tuple(ReturnStatus)),
        "staff.approve",
        from_state=rma.flow.state or None,
        milestone=random.choice((None, "approved")),
        tasks=(e.StartedTask("label", "act"),),
        until=random.choice((None, now + timedelta(days=3))),
    )
    inspection = Inspection(
        1, random.choice(tuple(ItemCondition)), random.choice(tuple(Disposition)), now, random.choice((None, "berlin"))
    )
    parcel = Shipment(
        f"{rma.id}s1", (ShipmentLine(rma.lines[0].line_id, 1),), now, label=ParcelLabel(drop_off_code=_word(random))
    )
    scan = Scan(f"k{random.randrange(9)}", now, random.choice(tuple(TrackingStatus)), _word(random))
    shelved = Allocation(rma.lines[0].line_id, "SKU-1", "berlin", 1)
    return random.choice(
        (
            moved,
            moved,
            e.ReturnTaskSettled(rma.id, "label", TaskStatus.SUCCEEDED),
            e.ReturnTaskStarted(rma.id, "label", "otherLabel"),
            e.ReturnScanned(rma.id, f"{rma.id}s1", (scan,)) if rma.shipments else e.ReturnLabeled(rma.id, parcel),
            e.ReturnReceived(rma.id),
            e.ReturnInspected(rma.id, ((rma.lines[0].id, inspection),)),
            e.StockReturned(rma.id, (shelved,)),
        )
    )


def _owned(random: Random, order: Order, now: datetime) -> e.EventData | None:
    return e.OrderClaimed("c2") if order.customer_id is None else None


_POSSIBLE = (
    _moved,
    _settled,
    _reserved,
    _released,
    _backordered,
    _payment,
    _refund,
    _planned,
    _parcel,
    _parcel,
    _returned,
    _owned,
    _canceled,
)
