"""Goods that come back: they are in the house, and somebody has looked at them; staff and warehouses say it alike."""

import logging
from collections.abc import Sequence
from datetime import datetime

from domain.model import events as e
from domain.model.changes import Changes
from domain.model.reports import FoundLine
from domain.model.returns import Inspection, Return
from domain.ports import Ports
from domain.services.changing import rules_of
from domain.workflow.engine import Trigger, fire
from domain.workflow.triggers import GOODS_INSPECTED, GOODS_RECEIVED

log = logging.getLogger(__name__)


def take_in(changes: Changes, return_id: str, at: datetime, ports: Ports) -> bool:
    """The goods are in the house; False, and nothing changed, if its workflow does not expect them any more."""
    order = changes.order
    rules = rules_of(order, ports, return_id)
    flow = rules.subject.flow(order)
    if GOODS_RECEIVED not in rules.definition.states[flow.state].on:
        return False
    changes.add(e.ReturnReceived(return_id), occurred_at=at)
    return fire(changes, rules, Trigger(GOODS_RECEIVED))


def may_find(changes: Changes, return_id: str, found: Inspection, ports: Ports) -> bool:
    """Anything while its workflow waits to hear of it; later only units that are here: no paid one is free again."""
    rules = rules_of(changes.order, ports, return_id)
    return found.is_here or GOODS_INSPECTED in rules.definition.states[rules.subject.flow(changes.order).state].on


def look_at(
    changes: Changes,
    return_id: str,
    found: Sequence[tuple[str, Inspection]],
    at: datetime,
    ports: Ports,
) -> None:
    """What was found is known, and once all that was announced has been looked at, the workflow goes on."""
    changes.add(e.ReturnInspected(return_id, tuple(found)), occurred_at=at)
    rma = changes.order.rma(return_id)
    if rma is not None and rma.is_inspected:
        fire(changes, rules_of(changes.order, ports, return_id), Trigger(GOODS_INSPECTED))


def arrive(changes: Changes, return_id: str, lines: Sequence[FoundLine], at: datetime, ports: Ports) -> bool:
    """What a warehouse says of it, as far as it is news: late and repeated words change nothing, False."""
    rma = _there(changes, return_id)
    fresh = False
    if rma.received_at is None:
        fresh = take_in(changes, return_id, at, ports)
        if not fresh:
            log.warning("goods came back that nobody expected any more", extra={"order_id": changes.order.id})
            return False
    left = {line.id: line.quantity - line.inspected for line in rma.lines}
    found = []
    for one in lines:
        units = min(one.quantity, left.get(one.return_line_id, 0))
        inspection = Inspection(units, one.condition, one.disposition, at, rma.destination)
        if units > 0 and may_find(changes, return_id, inspection, ports):
            left[one.return_line_id] -= units
            found.append((one.return_line_id, inspection))
    if found:
        look_at(changes, return_id, found, at, ports)
    return fresh or bool(found)


def _there(changes: Changes, return_id: str) -> Return:
    rma = changes.order.rma(return_id)
    if rma is None:
        raise LookupError("the order has no such return")
    return rma
