"""Units on shelves, and units spoken for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockLevel:
    """0 <= reserved <= on_hand, always; the database holds it with a CHECK."""

    sku: str
    location_id: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Allocation:
    """So many units of a line, reserved at a location. Gone from the order once shipped or freed."""

    line_id: str
    sku: str
    location_id: str
    quantity: int
