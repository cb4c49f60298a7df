"""Money asked for, held, taken and let go; whatever happened is recorded as the provider tells it."""

from dataclasses import dataclass

from domain.actions.contract import DONE, WAITING, Recording, failed
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order, TaskStatus
from domain.model.payments import Payment, PaymentStatus, Refund, RefundLine
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.ports import Ports
from domain.workflow.engine import Outcome
from domain.workflow.facts import in_shop_currency

ENDED = (PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.VOIDED)
"""Nothing is held and nothing is under way; asking again may change that."""
UNDER_WAY = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION)
LAPSED = (PaymentStatus.FAILED, PaymentStatus.EXPIRED)
"""The buyer may still make it good, with the same provider's payment."""
PAYMENT = "payment"
Reports = list[tuple[str, PaymentReport]]


def _key(effect: Effect, payment: Payment, order: Order) -> str:
    return effect.key if len(order.payments) == 1 else f"{effect.key}:{payment.id}"


async def authorize(effect: Effect, order: Order, ports: Ports) -> Reports:
    """Each payment that is not held yet is asked for once; a decline ends the asking."""
    reports: Reports = []
    for payment in order.payments:
        if payment.status is not PaymentStatus.PENDING and payment.status not in ENDED:
            continue
        report = await ports.payments[payment.gateway].authorize(_key(effect, payment, order), payment, order)
        reports.append((payment.id, report))
        ports.fault("after_provider_call")
        if report.outcome is PaymentOutcome.DECLINED:
            break
    return reports


async def record_authorization(effect: Effect, result: Reports, at: Recording) -> Outcome:
    """What the provider said of each payment is in the journal; the task waits where the buyer has to do something."""
    for payment_id, report in result:
        record_report(at.changes, payment_id, report)
    return authorization(at.changes.order, at.ports)


def record_report(changes: Changes, payment_id: str, report: PaymentReport) -> bool:
    """The provider's word is in the journal, unless it was known or is older than what is; False if nothing is new."""
    payment = changes.order.payment(payment_id)
    if payment is None:
        return False
    if payment.reference != report.reference and not _is_known_reference(payment, report.reference):
        changes.refer(PAYMENT, report.reference)
    news = _news(payment, report)
    if news is not None:
        changes.add(news)
    return news is not None


def _news(payment: Payment, report: PaymentReport) -> e.EventData | None:
    """What the report changes. A payment that ended is asked for anew under another reference; and whatever was said
    before, a provider that holds or has taken the money does.
    """
    status, another = payment.status, payment.reference != report.reference
    asked_anew = status in ENDED and another
    match report.outcome:
        case PaymentOutcome.AUTHORIZED if asked_anew or status in (*UNDER_WAY, *LAPSED):
            return e.PaymentAuthorized(
                payment.id, report.amount, report.reference, report.brand, report.last4, report.risk
            )
        case PaymentOutcome.DECLINED if status in UNDER_WAY or asked_anew:
            code, message = report.code or "declined", report.message or "Declined."
            return e.PaymentDeclined(payment.id, code, message, report.reference or None)
        case PaymentOutcome.ACTION_REQUIRED if report.next_action and (status is PaymentStatus.PENDING or asked_anew):
            return e.PaymentActionRequired(payment.id, report.reference, report.next_action)
        case PaymentOutcome.CAPTURED if payment.captured < report.amount:
            return e.PaymentCaptured(payment.id, report.amount - payment.captured, report.reference)
        case PaymentOutcome.VOIDED if status in (PaymentStatus.AUTHORIZED, PaymentStatus.REQUIRES_ACTION):
            return e.PaymentVoided(payment.id, report.reference)
        case _:
            return None


def _is_known_reference(payment: Payment, reference: str) -> bool:
    return any(transaction.reference == reference for transaction in payment.transactions)


def authorization(order: Order, ports: Ports) -> Outcome:
    """Where asking for the money stands, over all payments of the order."""
    ended = next((payment for payment in order.payments if payment.status in ENDED), None)
    if ended is not None:
        return failed("DECLINED", ended.failure)
    if any(payment.status in UNDER_WAY for payment in order.payments):
        return WAITING
    if any(payment.authorized != payment.amount for payment in order.payments):
        return failed("WRONG_AMOUNT")
    amount = sum(payment.authorized for payment in order.payments)
    total = in_shop_currency(amount, order.currency, ports.shops.current())
    return Outcome(TaskStatus.SUCCEEDED, result={"result.amount": total})


async def capture(effect: Effect, order: Order, ports: Ports) -> Reports:
    """What is held is taken, and never more than was agreed."""
    reports: Reports = []
    for payment in order.payments:
        if payment.status is PaymentStatus.AUTHORIZED:
            gateway, amount = ports.payments[payment.gateway], min(payment.authorized, payment.amount)
            report = await gateway.capture(_key(effect, payment, order), payment, amount, order.currency)
            reports.append((payment.id, report))
    return reports


async def record_capture(effect: Effect, result: Reports, at: Recording) -> Outcome:
    """Everything that was taken is in the journal, also where something else was refused or is held no more."""
    for payment_id, report in result:
        record_report(at.changes, payment_id, report)
    refused = next((report for _, report in result if report.outcome is not PaymentOutcome.CAPTURED), None)
    if refused is not None:
        return failed("CAPTURE_REFUSED", refused.code)
    return failed("NOT_PAID") if at.changes.order.outstanding else DONE


@dataclass(frozen=True, slots=True)
class PaidBack:
    """The provider's reference of a refund, and how much it gives back."""

    amount: int
    reference: str


async def release(effect: Effect, order: Order, ports: Ports) -> list[tuple[str, PaymentReport | PaidBack]]:
    """Holds are let go, and money that was taken is paid back."""
    done: list[tuple[str, PaymentReport | PaidBack]] = []
    for payment in order.payments:
        gateway = ports.payments[payment.gateway]
        if payment.status in (PaymentStatus.AUTHORIZED, PaymentStatus.REQUIRES_ACTION):
            done.append((payment.id, await gateway.void(_key(effect, payment, order), payment, order.currency)))
        elif payment.captured > payment.refunded:
            # Not the effect's key: a second visit to the state asks for the same money, and it comes back once.
            key = f"{order.id}:{payment.id}:refund:{payment.refunded}"
            amount = payment.captured - payment.refunded
            done.append((payment.id, PaidBack(amount, await gateway.refund(key, payment, amount, order.currency))))
    return done


async def record_release(effect: Effect, result: list[tuple[str, PaymentReport | PaidBack]], at: Recording) -> Outcome:
    """Everything that was let go or paid back is in the journal, also where something else was refused."""
    refused = None
    for payment_id, came in result:
        payment = at.changes.order.payment(payment_id)
        if isinstance(came, PaymentReport):
            record_report(at.changes, payment_id, came)
            refused = refused or (came if came.outcome is not PaymentOutcome.VOIDED else None)
        elif payment is not None and payment.captured > payment.refunded:
            _pay_back(at, payment, came)
    return failed("VOID_REFUSED", refused.code) if refused is not None else DONE


def _pay_back(at: Recording, payment: Payment, back: PaidBack) -> None:
    order = at.changes.order
    lines = tuple(RefundLine(line.id, line.quantity, line.total) for line in order.lines)
    refund = Refund(f"r{len(order.refunds) + 1}", payment.id, back.amount, at.changes.now, lines, reason="canceled")
    at.changes.add(e.RefundRequested(refund))
    at.changes.add(e.RefundSucceeded(refund.id, back.reference))
