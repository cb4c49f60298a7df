"""Units held, missing, lost, let go and gone."""

from dataclasses import dataclass
from typing import ClassVar

from domain.model.events.contract import EventData
from domain.model.stock import Allocation


@dataclass(frozen=True, slots=True)
class StockReserved(EventData):
    type: ClassVar[str] = "stock.reserved"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class StockBackordered(EventData):
    """These lines wait for stock: (line id, quantity)."""

    type: ClassVar[str] = "stock.backordered"
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StockLost(EventData):
    """These lines could not be had when it came to it: (line id, quantity missing)."""

    type: ClassVar[str] = "stock.lost"
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StockReleased(EventData):
    type: ClassVar[str] = "stock.released"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class StockShipped(EventData):
    """These units left their shelves for good."""

    type: ClassVar[str] = "stock.shipped"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]
