"""Money held, taken, let go and given back."""

from collections.abc import Callable
from dataclasses import replace

from domain.model import events as e
from domain.model.folds.contract import Folds
from domain.model.orders import Order
from domain.model.payments import (
    Payment,
    PaymentStatus,
    RefundStatus,
    Transaction,
    TransactionKind,
    TransactionStatus,
)


def _with_payment(order: Order, payment_id: str, change: Callable[[Payment], Payment]) -> Order:
    payments = tuple(change(payment) if payment.id == payment_id else payment for payment in order.payments)
    return replace(order, payments=payments)


def _transaction(
    payment: Payment,
    event: e.Event,
    kind: TransactionKind,
    status: TransactionStatus,
    amount: int,
    reference: str | None = None,
    failure: str | None = None,
) -> tuple[Transaction, ...]:
    one = Transaction(
        f"{payment.id}t{len(payment.transactions) + 1}", kind, status, amount, event.occurred_at, reference, failure
    )
    return (*payment.transactions, one)


def _authorized(order: Order, data: e.PaymentAuthorized, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.AUTHORIZED,
            authorized=data.amount,
            reference=data.reference,
            brand=data.brand or payment.brand,
            last4=data.last4 or payment.last4,
            risk=data.risk or payment.risk,
            failure=None,
            next_action=None,
            transactions=_transaction(
                payment, event, TransactionKind.AUTHORIZATION, TransactionStatus.SUCCEEDED, data.amount, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _declined(order: Order, data: e.PaymentDeclined, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.FAILED,
            failure=data.message,
            reference=data.reference or payment.reference,
            next_action=None,
            transactions=_transaction(
                payment,
                event,
                TransactionKind.AUTHORIZATION,
                TransactionStatus.FAILED,
                payment.amount,
                data.reference,
                data.code,
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _action_required(order: Order, data: e.PaymentActionRequired, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.REQUIRES_ACTION,
            reference=data.reference,
            next_action=data.next_action,
            transactions=_transaction(
                payment,
                event,
                TransactionKind.AUTHORIZATION,
                TransactionStatus.REQUIRES_ACTION,
                payment.amount,
                data.reference,
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _captured(order: Order, data: e.PaymentCaptured, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        captured = payment.captured + data.amount
        whole = captured >= payment.authorized
        return replace(
            payment,
            # A provider may take at once what it was never heard to hold.
            authorized=max(payment.authorized, captured),
            captured=captured,
            next_action=None,
            status=PaymentStatus.CAPTURED if whole else PaymentStatus.PARTIALLY_CAPTURED,
            transactions=_transaction(
                payment, event, TransactionKind.CAPTURE, TransactionStatus.SUCCEEDED, data.amount, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _voided(order: Order, data: e.PaymentVoided, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.VOIDED,
            next_action=None,
            transactions=_transaction(
                payment, event, TransactionKind.VOID, TransactionStatus.SUCCEEDED, payment.authorized, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _refund_requested(order: Order, data: e.RefundRequested, event: e.Event) -> Order:
    return replace(order, refunds=(*order.refunds, data.refund))


def _refund_succeeded(order: Order, data: e.RefundSucceeded, event: e.Event) -> Order:
    refund = next(refund for refund in order.refunds if refund.id == data.refund_id)
    done = replace(refund, status=RefundStatus.SUCCEEDED, reference=data.reference)

    def change(payment: Payment) -> Payment:
        refunded = payment.refunded + refund.amount
        return replace(
            payment,
            refunded=refunded,
            status=PaymentStatus.REFUNDED if refunded >= payment.captured else PaymentStatus.PARTIALLY_REFUNDED,
            transactions=_transaction(
                payment, event, TransactionKind.REFUND, TransactionStatus.SUCCEEDED, refund.amount, data.reference
            ),
        )

    refunds = tuple(done if one.id == refund.id else one for one in order.refunds)
    return _with_payment(replace(order, refunds=refunds), refund.payment_id, change)


def _refund_failed(order: Order, data: e.RefundFailed, event: e.Event) -> Order:
    refunds = tuple(
        replace(refund, status=RefundStatus.FAILED, failure=data.failure) if refund.id == data.refund_id else refund
        for refund in order.refunds
    )
    return replace(order, refunds=refunds)


FOLDS: Folds = {
    e.PaymentAuthorized: _authorized,
    e.PaymentDeclined: _declined,
    e.PaymentActionRequired: _action_required,
    e.PaymentCaptured: _captured,
    e.PaymentVoided: _voided,
    e.RefundRequested: _refund_requested,
    e.RefundSucceeded: _refund_succeeded,
    e.RefundFailed: _refund_failed,
}
