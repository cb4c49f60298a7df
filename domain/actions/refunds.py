"""Money on its way back: noted before a provider is asked, so that whatever becomes of the asking, it goes once.

A refund is PENDING from the save that decides on it until the provider has said yes or no. As long as it is, its money
counts as gone: no other refund can have it. The provider knows it by its own id, whoever asks and however often.
"""

from dataclasses import dataclass

from domain.actions.contract import DONE, Recording, failed
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.payments import Refund, RefundDestination, RefundLine, RefundStatus
from domain.policies.refunds import NOT_COMING, over_payments, owed_back, refundable, spread, worth
from domain.ports import Declined, Ports
from domain.workflow.engine import Outcome

PAY_REFUND = "payRefund"
REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said of one refund: its reference, or why not."""

    refund_id: str
    reference: str | None
    failure: str | None = None


def note_refund(
    changes: Changes,
    amount: int,
    lines: tuple[RefundLine, ...],
    reason: str,
    *,
    payment_id: str | None = None,
    return_id: str | None = None,
    part_of: str | None = None,
    to: RefundDestination = RefundDestination.ORIGINAL_PAYMENT,
) -> tuple[Refund, ...]:
    """The money is on its way back to the payments that it came from; less of it where less is left.

    Each payment gets a refund of its own. The lines' amounts add up to it; their units are named by the first, or by
    the earlier refund that all of them are `part_of`.
    """
    made: list[Refund] = []
    for to_payment, part in over_payments(changes.order, amount, payment_id):
        first = part_of or (made[0].id if made else None)
        named = lines if first is None else tuple(RefundLine(line.line_id, 0, line.amount) for line in lines)
        refund = Refund(
            f"r{len(changes.order.refunds) + 1}",
            to_payment,
            part,
            changes.now,
            spread(part, named),
            to,
            reason=reason,
            return_id=return_id,
            part_of=first,
        )
        changes.add(e.RefundRequested(refund))
        made.append(refund)
    return tuple(made)


def owe_refund(changes: Changes, refund: Refund) -> None:
    """The refund will be paid, beside the workflow."""
    changes.owe(
        Effect(
            key=f"{changes.order.id}:{changes.version}:{refund.id}",
            action=PAY_REFUND,
            run_at=changes.now,
            created_at=changes.now,
            order_id=changes.order.id,
            payload={REFUND: refund.id},
        )
    )


async def pay_all(refunds: tuple[Refund, ...], order: Order, ports: Ports) -> list[Answer]:
    """Each that is still to be paid is asked for. Raises: Unavailable."""
    answers = []
    for refund in refunds:
        payment = order.payment(refund.payment_id)
        if refund.status is not RefundStatus.PENDING or payment is None:
            continue
        key = f"{order.id}:{refund.id}:refund"
        try:
            reference = await ports.payments[payment.gateway].refund(key, payment, refund.amount, order.currency)
            answers.append(Answer(refund.id, reference))
        except Declined as no:
            answers.append(Answer(refund.id, None, str(no) or "refused"))
        ports.fault("after_provider_call")
    return answers


def record_answers(answers: list[Answer], at: Recording) -> Outcome:
    """What the provider said is in the journal, once."""
    refused = None
    for answer in answers:
        refund = next((one for one in at.changes.order.refunds if one.id == answer.refund_id), None)
        if refund is None or refund.status is not RefundStatus.PENDING:
            continue
        if answer.reference is not None:
            at.changes.add(e.RefundSucceeded(refund.id, answer.reference))
        else:
            at.changes.add(e.RefundFailed(refund.id, answer.failure or "refused"))
            refused = refused or answer
    return failed("REFUND_REFUSED", refused.failure) if refused is not None else DONE


async def plan_not_coming(effect: Effect, at: Recording) -> None:
    """What will not come any more is paid back, unit by unit; nothing is added for units that were before."""
    order = at.changes.order
    units = owed_back(order)
    if at.late or not units:
        return
    cost = worth(order, units, at.ports.shops.current())
    lines = tuple(RefundLine(line_id, units[line_id], amount) for line_id, amount in cost.items())
    note_refund(at.changes, min(sum(cost.values()), refundable(order)), lines, NOT_COMING)


async def pay_not_coming(effect: Effect, order: Order, ports: Ports) -> list[Answer]:
    return await pay_all(tuple(one for one in order.refunds if one.reason == NOT_COMING), order, ports)


async def pay(effect: Effect, order: Order, ports: Ports) -> list[Answer]:
    """The one refund that the effect is about."""
    return await pay_all(tuple(one for one in order.refunds if one.id == effect.payload[REFUND]), order, ports)


async def record_paid(effect: Effect, result: list[Answer], at: Recording) -> Outcome:
    return record_answers(result, at)
