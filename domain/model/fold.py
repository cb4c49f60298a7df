"""The order is the fold of its events: one small function a type, joined in FOLDS."""

from dataclasses import fields, replace

from domain.model import events as e
from domain.model.folds import flow, parcels, payments, returns, stock
from domain.model.folds.contract import Folds
from domain.model.orders import Flow, Order, OrderStatus

FOLDS: Folds = {**flow.FOLDS, **stock.FOLDS, **payments.FOLDS, **parcels.FOLDS, **returns.FOLDS}


def fold(order: Order | None, event: e.Event) -> Order:
    """The order after `event`. The first event, and only it, is `order.placed`; sequences run without a gap."""
    version = order.version if order is not None else 0
    if event.sequence != version + 1:
        raise ValueError(f"event {event.sequence} does not follow version {version}")
    if order is None:
        if not isinstance(event.data, e.OrderPlaced):
            raise ValueError(f"an order does not begin with {event.type}")
        return _placed(event, event.data)
    change = FOLDS.get(type(event.data))
    if change is None:
        raise ValueError(f"{event.type} does not follow another event")
    changed = change(order, event.data, event)
    return replace(changed, version=event.sequence, updated_at=event.recorded_at)


def _placed(event: e.Event, data: e.OrderPlaced) -> Order:
    start = Flow(data.workflow, data.workflow_version, "", event.occurred_at, event.sequence, OrderStatus.PENDING)
    return Order(
        id=event.order_id,
        placed_at=event.occurred_at,
        updated_at=event.recorded_at,
        version=event.sequence,
        flow=start,
        **{name: getattr(data, name) for name in _PLACED_FIELDS},
    )


_PLACED_FIELDS = tuple(
    field.name for field in fields(e.OrderPlaced) if field.name not in ("workflow", "workflow_version")
)
