"""A fold: the order after one event."""

from collections.abc import Callable
from typing import Any

from domain.model.events import Event, EventData
from domain.model.orders import Order

Fold = Callable[[Order, Any, Event], Order]
Folds = dict[type[EventData], Fold]
