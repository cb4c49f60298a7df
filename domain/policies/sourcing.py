"""From which shelves a line is taken. One location if one has it all; locations that serve the country first."""

from collections.abc import Sequence

from domain.model.orders import OrderLine
from domain.model.shop import LocationKind, Shop
from domain.model.stock import Allocation, StockLevel


def _preference(level: StockLevel, country: str, shop: Shop) -> tuple[int, int, int, str]:
    location = shop.location(level.location_id)
    serves = location is not None and country in location.serves
    anywhere = location is not None and not location.serves
    warehouse = location is not None and location.kind is LocationKind.WAREHOUSE
    return (0 if serves else 1 if anywhere else 2, 0 if warehouse else 1, -level.available, level.location_id)


def source(line: OrderLine, levels: Sequence[StockLevel], country: str, shop: Shop) -> tuple[Allocation, ...]:
    """The whole line from one location, else from several; () if all together have too little."""
    free = sorted((level for level in levels if level.available > 0), key=lambda one: _preference(one, country, shop))
    whole = next((level for level in free if level.available >= line.quantity), None)
    if whole is not None:
        return (Allocation(line.id, line.sku, whole.location_id, line.quantity),)
    parts: list[Allocation] = []
    wanted = line.quantity
    for level in free:
        part = min(level.available, wanted)
        parts.append(Allocation(line.id, line.sku, level.location_id, part))
        wanted -= part
        if not wanted:
            return tuple(sorted(parts, key=lambda one: one.location_id))
    return ()
