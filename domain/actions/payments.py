"""Money asked for, held, taken and let go; whatever happened is recorded as the provider tells it."""

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

OPEN = (PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.EXPIRED)
PAYMENT = "payment"
Reports = list[tuple[str, PaymentReport]]


def _key(effect: Effect, payment: Payment, order: Order) -> str:
    return effect.key if len(order.payments) == 1 else f"{effect.key}:{payment.id}"


async def authorize(effect: Effect, order: Order, ports: Ports) -> Reports:
    """Each payment that is not held yet is asked for once; a decline ends the asking."""
    reports: Reports = []
    for payment in order.payments:
        if payment.status not in OPEN:
            continue
        report = await ports.payments[payment.gateway].authorize(_key(effect, payment, order), payment, order)
        reports.append((payment.id, report))
        ports.fault("after_provider_call")
        if report.outcome is PaymentOutcome.DECLINED:
            break
    return reports


async def record_authorization(effect: Effect, result: Reports, at: Recording) -> Outcome:
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
    settled = payment.status not in (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION)
    same = payment.reference == report.reference
    match report.outcome:
        case PaymentOutcome.AUTHORIZED if not settled or (payment.status is PaymentStatus.FAILED and not same):
            changes.add(
                e.PaymentAuthorized(
                    payment_id, report.amount, report.reference, report.brand, report.last4, report.risk
                )
            )
        case PaymentOutcome.DECLINED if not settled:
            changes.add(
                e.PaymentDeclined(
                    payment_id, report.code or "declined", report.message or "Declined.", report.reference or None
                )
            )
        case PaymentOutcome.ACTION_REQUIRED if report.next_action and (
            payment.status is PaymentStatus.PENDING or (payment.status is PaymentStatus.FAILED and not same)
        ):
            changes.add(e.PaymentActionRequired(payment_id, report.reference, report.next_action))
        case PaymentOutcome.CAPTURED if payment.captured < report.amount:
            changes.add(e.PaymentCaptured(payment_id, report.amount - payment.captured, report.reference))
        case PaymentOutcome.VOIDED if payment.status in (PaymentStatus.AUTHORIZED, PaymentStatus.REQUIRES_ACTION):
            changes.add(e.PaymentVoided(payment_id, report.reference))
        case _:
            return False
    return True


def _is_known_reference(payment: Payment, reference: str) -> bool:
    return any(transaction.reference == reference for transaction in payment.transactions)


def authorization(order: Order, ports: Ports) -> Outcome:
    """Where asking for the money stands, over all payments of the order."""
    statuses = {payment.status for payment in order.payments}
    declined = next((payment for payment in order.payments if payment.status is PaymentStatus.FAILED), None)
    if declined is not None:
        return failed("DECLINED", declined.failure)
    if PaymentStatus.REQUIRES_ACTION in statuses or PaymentStatus.PENDING in statuses:
        return WAITING
    if any(payment.authorized != payment.amount for payment in order.payments):
        return failed("WRONG_AMOUNT")
    amount = sum(payment.authorized for payment in order.payments)
    total = in_shop_currency(amount, order.currency, ports.shops.current())
    return Outcome(TaskStatus.SUCCEEDED, result={"result.amount": total})


async def capture(effect: Effect, order: Order, ports: Ports) -> Reports:
    """What is held is taken."""
    return [
        (
            payment.id,
            await ports.payments[payment.gateway].capture(
                _key(effect, payment, order), payment, payment.authorized - payment.captured, order.currency
            ),
        )
        for payment in order.payments
        if payment.status is PaymentStatus.AUTHORIZED
    ]


async def record_capture(effect: Effect, result: Reports, at: Recording) -> Outcome:
    for payment_id, report in result:
        record_report(at.changes, payment_id, report)
        if report.outcome is not PaymentOutcome.CAPTURED:
            return failed("CAPTURE_REFUSED", report.code)
    return DONE


async def release(effect: Effect, order: Order, ports: Ports) -> list[tuple[str, PaymentReport | tuple[int, str]]]:
    """Holds are let go, and money that was taken is paid back."""
    done: list[tuple[str, PaymentReport | tuple[int, str]]] = []
    for payment in order.payments:
        gateway, key = ports.payments[payment.gateway], _key(effect, payment, order)
        if payment.status in (PaymentStatus.AUTHORIZED, PaymentStatus.REQUIRES_ACTION):
            done.append((payment.id, await gateway.void(key, payment, order.currency)))
        elif payment.captured > payment.refunded:
            amount = payment.captured - payment.refunded
            done.append((payment.id, (amount, await gateway.refund(key, payment, amount, order.currency))))
    return done


async def record_release(
    effect: Effect, result: list[tuple[str, PaymentReport | tuple[int, str]]], at: Recording
) -> Outcome:
    for payment_id, came in result:
        if isinstance(came, PaymentReport):
            record_report(at.changes, payment_id, came)
            if came.outcome is not PaymentOutcome.VOIDED:
                return failed("VOID_REFUSED", came.code)
            continue
        payment = at.changes.order.payment(payment_id)
        if payment is not None and payment.captured > payment.refunded:
            _pay_back(at, payment, *came)
    return DONE


def _pay_back(at: Recording, payment: Payment, amount: int, reference: str) -> None:
    order = at.changes.order
    lines = tuple(RefundLine(line.id, line.quantity, line.total) for line in order.lines)
    refund = Refund(f"r{len(order.refunds) + 1}", payment.id, amount, at.changes.now, lines, reason="canceled")
    at.changes.add(e.RefundRequested(refund))
    at.changes.add(e.RefundSucceeded(refund.id, reference))
