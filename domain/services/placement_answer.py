"""What placeOrder says of an order that was stored: its refusals, and their stored form under the idempotency key."""

import json

from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.model.payments import PaymentStatus
from domain.ports import UnitOfWork

FIRST_ENTRY = 2
"""The sequence at which every order enters its first state: `order.placed` is 1, the move is 2."""


def is_settling(order: Order) -> bool:
    """The first tasks are still being worked on, and not by the buyer."""
    if order.flow.entry == FIRST_ENTRY or order.flow.status is OrderStatus.CANCELED:
        running = [task for task in order.flow.tasks if task.status is TaskStatus.RUNNING]
        challenged = any(payment.status is PaymentStatus.REQUIRES_ACTION for payment in order.payments)
        return bool(running) and not (challenged and len(running) == 1)
    return False


def refusals_of(order: Order) -> tuple[Refusal, ...]:
    """Why a stored order did not come about: sold out meanwhile, or declined."""
    if order.stock_lost:
        places = {line.id: str(index) for index, line in enumerate(order.lines)}
        return tuple(
            Refusal(ErrorCode.OUT_OF_STOCK, "This item was sold out just now.", ("lines", places[line_id], "quantity"))
            for line_id, _ in order.stock_lost
        )
    return tuple(
        Refusal(ErrorCode.PAYMENT_DECLINED, payment.failure or "The payment was declined.", ("payments", str(index)))
        for index, payment in enumerate(order.payments)
        if payment.status is PaymentStatus.FAILED
    )


def encode(refusals: tuple[Refusal, ...]) -> bytes:
    return json.dumps([[r.code.value, r.message, list(r.field), r.retry_after_seconds] for r in refusals]).encode()


def decode(answer: bytes) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(ErrorCode(code), message, tuple(field), retry) for code, message, field, retry in json.loads(answer)
    )


async def answer_if_settled(before: Order, after: Order, uow: UnitOfWork) -> None:
    """The key that placed the order answers from now on what became of its first tasks."""
    if before.flow.entry == FIRST_ENTRY and is_settling(before) and not is_settling(after):
        await uow.answer_placement(after.id, encode(refusals_of(after)))
