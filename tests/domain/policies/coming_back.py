"""Returns for tests of policies, filled with defaults."""

from collections.abc import Iterable
from typing import Any

from domain.model.flows import Flow
from domain.model.returns import (
    Disposition,
    Inspection,
    ItemCondition,
    Return,
    ReturnLine,
    ReturnMethod,
    ReturnResolution,
    ReturnStatus,
)
from tests.factories import NOW


def found(
    quantity: int, condition: ItemCondition = ItemCondition.OPENED, disposition: Disposition = Disposition.RESTOCK
) -> Inspection:
    return Inspection(quantity, condition, disposition, NOW, "hamburg")


def a_return_line(
    id_: str = "t1l1",
    line_id: str = "l1",
    quantity: int = 1,
    *,
    amount: int = 1999,
    here: int = 0,
    missing: int = 0,
    sent_back: int = 0,
) -> ReturnLine:
    inspections = (
        found(here),
        found(missing, ItemCondition.MISSING),
        found(sent_back, ItemCondition.USED, Disposition.SEND_BACK),
    )
    known = tuple(one for one in inspections if one.quantity)
    return ReturnLine(id_, line_id, quantity, "UNWANTED", ReturnResolution.REFUND, amount, inspections=known)


def a_return(
    number: int = 1,
    lines: Iterable[ReturnLine] = (),
    *,
    status: ReturnStatus = ReturnStatus.APPROVED,
    fee: int = 0,
    method: ReturnMethod = ReturnMethod.SHIP,
    **changes: Any,
) -> Return:
    lines = tuple(lines) or (a_return_line(f"t{number}l1"),)
    flow = Flow("return", 1, "", NOW, 1, status)
    total = max(sum(line.amount for line in lines) - fee, 0)
    return Return(f"t{number}", f"RMA-{number}", lines, method, fee, total, NOW, flow, **changes)
