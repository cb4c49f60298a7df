"""Staff pay money back without a return: for lines, an amount, or as goodwill."""

from domain.actions.refunds import note_refund, owe_refund
from domain.model.actors import Actor
from domain.model.commands import RefundOrder
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.orders import Order
from domain.model.payments import RefundDestination, RefundLine, RefundStatus
from domain.model.shop import Shop
from domain.policies.access import require_role
from domain.policies.refunds import claims, left_of, paid_by_line, promised, refundable, worth
from domain.ports import Ports
from domain.services.changing import Writing, write
from domain.services.once import done_before, remember
from domain.services.payments import minor_units
from domain.services.seeing import load_for, tidy_text
from domain.services.waiting import wait_until

REFUND_ORDER = "refundOrder"
Lines = tuple[RefundLine, ...]


async def refund_order(command: RefundOrder, actor: Actor, ports: Ports) -> Order:
    """The money is on its way back, or there as far as that is done in time; never more than was taken.

    Raises: AccessDenied; NotFound; Refused (NOT_PAID, AMOUNT_EXCEEDED, QUANTITY_EXCEEDED, NOT_ALLOWED, INVALID).
    """
    require_role(actor, REFUND_ORDER)
    reason = tidy_text(command.reason, "reason", 200)
    if reason is None:
        raise Refused(Refusal(ErrorCode.INVALID, "Say why.", ("reason",)))
    if command.to is not RefundDestination.ORIGINAL_PAYMENT:
        raise Refused(Refusal(ErrorCode.NOT_ALLOWED, "Money goes back the way it came.", ("to",)))

    async def work(writing: Writing) -> tuple[Order, str]:
        changes = await load_for(command.order_id, actor, writing)
        done = await done_before(REFUND_ORDER, command, actor, writing)
        if done is not None:
            return changes.order, done.rpartition("/")[2]
        amount, lines = _wanted(command, changes.order, ports.shops.current())
        _check_amount(command, changes.order, amount)
        refunds = note_refund(changes, amount, lines, reason, payment_id=command.payment_id, to=command.to)
        for refund in refunds:
            owe_refund(changes, refund)
        await remember(REFUND_ORDER, command, actor, f"{changes.order.id}/{refunds[0].id}", writing)
        return await writing.save(changes), refunds[0].id

    order, refund_id = await write(ports, work)

    def is_over(found: Order) -> bool:
        return all(one.status is not RefundStatus.PENDING for one in found.refunds if one.id == refund_id)

    return await wait_until(order, is_over, ports.limits.settle_for, ports)


def _wanted(command: RefundOrder, order: Order, shop: Shop) -> tuple[int, Lines]:
    """How much, and for what. Beside lines, an amount is a part of what they cost, and takes no unit of them.

    Raises: Refused.
    """
    given = None
    if command.amount is not None:
        given = minor_units(command.amount, order.currency)
        if given is None or given <= 0:
            raise Refused(Refusal(ErrorCode.INVALID, "This is no amount.", ("amount",)))
    if command.lines:
        lines = _of_lines(command, order, shop)
        cost = sum(line.amount for line in lines)
        if given is None:
            return cost, lines
        if given > cost:
            text = "That is more than these lines cost."
            raise Refused(Refusal(ErrorCode.AMOUNT_EXCEEDED, text, ("amount",)))
        return given, tuple(RefundLine(line.line_id, 0, line.amount) for line in lines)
    if given is None:
        raise Refused(Refusal(ErrorCode.INVALID, "Say how much, or for which lines.", ("amount",)))
    paid = paid_by_line(order, shop)
    return given, tuple(RefundLine(line.id, 0, paid[line.id]) for line in order.lines)


def _of_lines(command: RefundOrder, order: Order, shop: Shop) -> Lines:
    """Units that nothing was paid back for yet, with what they cost. Raises: Refused."""
    known = claims(order)
    left = {line.id: line.quantity - known[line.id].units for line in order.lines}
    wanted: dict[str, int] = {}
    found: list[Refusal] = []
    for index, asked in enumerate(command.lines):
        place = ("lines", str(index))
        if asked.line_id not in left:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such line.", (*place, "lineId")))
            continue
        left[asked.line_id] -= asked.quantity
        wanted[asked.line_id] = wanted.get(asked.line_id, 0) + asked.quantity
        if asked.quantity < 1 or left[asked.line_id] < 0:
            text = "Not that many are left: the others were refunded, or are coming back."
            found.append(Refusal(ErrorCode.QUANTITY_EXCEEDED, text, (*place, "quantity")))
    if found:
        raise Refused(*found)
    return tuple(RefundLine(line_id, wanted[line_id], part) for line_id, part in worth(order, wanted, shop).items())


def _check_amount(command: RefundOrder, order: Order, amount: int) -> None:
    """Raises: Refused for more than was taken, is not on its way back, and is not promised to a return."""
    if not order.captured:
        raise Refused(Refusal(ErrorCode.NOT_PAID, "No money was taken for this order yet."))
    free = refundable(order) - promised(order)
    if command.payment_id is not None:
        payment = order.payment(command.payment_id)
        if payment is None:
            raise Refused(Refusal(ErrorCode.NOT_FOUND, "There is no such payment.", ("paymentId",)))
        free = min(free, left_of(payment, order))
    if amount > free:
        text = "That is more than is left to pay back."
        raise Refused(Refusal(ErrorCode.AMOUNT_EXCEEDED, text, ("amount",)))
    if amount <= 0:
        raise Refused(Refusal(ErrorCode.ALREADY_DONE, "Everything was paid back already.", ("lines",)))
