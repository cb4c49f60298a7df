"""Money asked for, held, taken and let go; whatever happened is recorded as the provider tells it."""

from domain.actions.contract import DONE, WAITING, Recording, failed
from domain.actions.refunds import Answer, note_refund, pay_all, record_answers
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order, TaskStatus
from domain.model.payments import Payment, PaymentStatus, RefundLine
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.policies.refunds import goods_paid, refundable
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


Released = tuple[Reports, list[Answer]]
CANCELED = "canceled"


async def plan_release(effect: Effect, at: Recording) -> None:
    """What was taken and is not on its way back yet is from now on."""
    order = at.changes.order
    lines = tuple(RefundLine(line.id, line.quantity, goods_paid(order, line)) for line in order.lines)
    note_refund(at.changes, refundable(order), lines, CANCELED)


async def release(effect: Effect, order: Order, ports: Ports) -> Released:
    """Holds are let go, and money that was taken is paid back."""
    voided = [
        (
            payment.id,
            await ports.payments[payment.gateway].void(_key(effect, payment, order), payment, order.currency),
        )
        for payment in order.payments
        if payment.status in (PaymentStatus.AUTHORIZED, PaymentStatus.REQUIRES_ACTION)
    ]
    back = tuple(one for one in order.refunds if one.return_id is None and one.reason == CANCELED)
    return voided, await pay_all(back, order, ports)


async def record_release(effect: Effect, result: Released, at: Recording) -> Outcome:
    """Everything that was let go or paid back is in the journal, also where something else was refused."""
    voided, answers = result
    for payment_id, report in voided:
        record_report(at.changes, payment_id, report)
    paid_back = record_answers(answers, at)
    refused = next((report for _, report in voided if report.outcome is not PaymentOutcome.VOIDED), None)
    return failed("VOID_REFUSED", refused.code) if refused is not None else paid_back
