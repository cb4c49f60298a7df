"""Is the order what it says it is."""

from typing import Any

from domain.actions.contract import DONE, Recording
from domain.model import events as e
from domain.model.effects import Effect
from domain.policies.risk import assess
from domain.workflow.engine import Outcome


async def assess_risk(effect: Effect, result: Any, at: Recording) -> Outcome:
    """The order's own facts are scored; what a score leads to is the workflow's business."""
    at.changes.add(e.RiskAssessed(assess(at.changes.order, at.ports.shops.current())))
    return DONE
