"""What placeOrder says of an order that was stored: its refusals, and their stored form under the idempotency key."""

import json

from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.model.payments import PaymentStatus
from domain.ports import UnitOfWork

FIRST_ENTRY = 2
"""The sequence at which every order enters its first state: `order.placed` is 1, the move is 2."""


def is_settling(order: Order) -> bool:
    """The first tasks, or what a cancellation undoes of them, are still being worked on, and not by the buyer."""
    running = [task for task in order.flow.tasks if task.status is TaskStatus.RUNNING]
    if order.flow.status is OrderStatus.CANCELED:
        return bool(running)
    challenged = any(payment.status is PaymentStatus.REQUIRES_ACTION for payment in order.payments)
    return order.flow.entry == FIRST_ENTRY and bool(running) and not (challenged and len(running) == 1)


def refusals_of(order: Order) -> tuple[Refusal, ...]:
    """Why a stored order did not come about: sold out meanwhile, or declined."""
    if order.stock_lost:
        text = "This item was sold out just now."
        return tuple(
            Refusal(ErrorCode.OUT_OF_STOCK, text, ("lines", _place(line_id), "quantity"))
            for line_id, _ in order.stock_lost
        )
    return tuple(
        Refusal(
            ErrorCode.PAYMENT_DECLINED,
            payment.failure or "The payment was declined.",
            ("payments", _place(payment.id)),
        )
        for payment in order.payments
        if payment.status is PaymentStatus.FAILED
    )


def _place(local_id: str) -> str:
    """Where it stood in the input: l1 was the first line, p2 the second payment."""
    return str(int(local_id[1:]) - 1)


def encode(refusals: tuple[Refusal, ...]) -> bytes:
    """As the key keeps them."""
    return json.dumps([[r.code.value, r.message, list(r.field), r.retry_after_seconds] for r in refusals]).encode()


def decode(answer: bytes) -> tuple[Refusal, ...]:
    """As they were encoded."""
    return tuple(
        Refusal(ErrorCode(code), message, tuple(field), retry) for code, message, field, retry in json.loads(answer)
    )


async def answer_if_settled(before: Order, after: Order, uow: UnitOfWork) -> None:
    """The key that placed the order answers from now on what became of its first tasks, unless it did already."""
    if is_settling(before) and not is_settling(after):
        await uow.answer_placement(after.id, encode(refusals_of(after)))
