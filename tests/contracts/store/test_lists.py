from domain.adapters.sql import OpenStore
from domain.model.changes import Changes
from domain.model.events import CancelRequested, ShipmentPlanned
from domain.model.shipments import Shipment
from domain.ports import OrderFilter, OrderRow, Page, Position, SortOrders
from tests.contracts.store.steps import DAY, MINUTE, order_id, placed, saving, settled
from tests.factories import (
    NOW,
    SYSTEM,
    a_line,
)


async def rows(store: OpenStore, sort: SortOrders, after: Position | None, first: int) -> Page[OrderRow]:
    return await store.read(lambda reader: reader.order_rows(OrderFilter(), sort, after, first))


async def test_a_list_is_paged_without_gap_or_repeat_in_every_sort(store: OpenStore) -> None:
    for number in range(7):
        await placed(store, number, now=NOW + (number % 3) * DAY)
    for sort in SortOrders:
        whole = (await rows(store, sort, None, 50)).items
        assert len(whole) == 7
        page = await rows(store, sort, None, 3)
        seen = page.items
        while page.more:
            page = await rows(store, sort, page.positions[-1], 3)
            seen += page.items
        assert seen == whole
    assert [row.placed_at for row in whole] == sorted(row.placed_at for row in whole)


async def test_a_list_shows_columns_and_narrows_by_them(store: OpenStore) -> None:
    first = await placed(store, 1, customer_id="c1", lines=[a_line(quantity=3)])
    await placed(store, 2, channel="shop", now=NOW + DAY)
    gone = Changes(first.order, SYSTEM, NOW + MINUTE)
    gone.add(CancelRequested("changed_mind"))
    await store.write(saving(gone))

    async def numbers(where: OrderFilter) -> list[str]:
        page = await store.read(lambda reader: reader.order_rows(where, SortOrders.OLDEST, None, 9))
        assert await store.read(lambda reader: reader.count_orders(where)) == len(page.items)
        return [row.number for row in page.items]

    assert await numbers(OrderFilter()) == ["N1", "N2"]
    assert await numbers(OrderFilter(status=("PENDING", "CONFIRMED"))) == ["N1", "N2"]
    assert await numbers(OrderFilter(status=("CANCELED",))) == []
    assert await numbers(OrderFilter(state=("received",), channel=("shop",))) == ["N2"]
    assert await numbers(OrderFilter(customer_id="c1")) == ["N1"]
    assert await numbers(OrderFilter(order_id=order_id(2))) == ["N2"]
    assert await numbers(OrderFilter(placed_after=NOW)) == ["N2"]
    assert await numbers(OrderFilter(placed_before=NOW + DAY)) == ["N1"]
    assert await numbers(OrderFilter(entered_before=NOW + DAY)) == ["N1"]
    assert await numbers(OrderFilter(expected_before=NOW + DAY)) == []
    assert await numbers(OrderFilter(delayed=False)) == ["N1", "N2"]
    assert await numbers(OrderFilter(delayed=True)) == []
    assert await numbers(OrderFilter(words=("N2", "nothing"))) == ["N2"]
    page = await store.read(lambda reader: reader.order_rows(OrderFilter(), SortOrders.OLDEST, None, 1))
    row = page.items[0]
    assert (row.version, row.item_count, row.total, row.currency) == (3, 3, 3 * 1999, "EUR")
    assert (row.placed_at, row.updated_at, row.state) == (NOW, NOW + MINUTE, "received")
    assert page.more


async def test_an_order_that_moves_keeps_its_columns_true(store: OpenStore) -> None:
    changes = settled(await placed(store))
    changes.add(ShipmentPlanned(Shipment("s1", (), NOW)))
    await store.write(saving(changes))
    page = await store.read(lambda r: r.order_rows(OrderFilter(), SortOrders.LAST_CHANGED, None, 9))
    assert [row.fulfillment_status for row in page.items] == ["SCHEDULED"]
    assert page.positions == (Position(int((changes.now.timestamp()) * 1_000_000), order_id(1)),)
