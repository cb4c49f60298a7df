from domain.adapters.sql import OpenStore
from domain.model.actors import AccessScope
from domain.model.links import Link
from domain.model.products import Customer
from domain.ports import Position, UnitOfWork
from tests.contracts.store.steps import DAY, MINUTE, order_id, placed
from tests.factories import (
    NOW,
    a_product,
)


async def test_a_link_is_kept_and_the_first_revocation_counts(store: OpenStore) -> None:
    await placed(store)
    link = Link("a" * 32, order_id(1), b"hash", frozenset(AccessScope), NOW, NOW + DAY, "for Ada")
    await store.write(lambda uow: uow.add_link(link))
    assert await store.read(lambda reader: reader.link(link.id)) == link
    await store.write(lambda uow: uow.revoke_link(link.id, NOW + MINUTE))
    await store.write(lambda uow: uow.revoke_link(link.id, NOW + DAY))
    revoked = await store.read(lambda reader: reader.link(link.id))
    assert revoked is not None
    assert revoked.revoked_at == NOW + MINUTE
    assert await store.read(lambda reader: reader.link("b" * 32)) is None


async def test_products_are_found_by_sku_group_and_words(store: OpenStore) -> None:
    products = [
        a_product("TEE-M", "Blue T-shirt", group="tee", category="shirts"),
        a_product("TEE-L", "Blue T-shirt", group="tee", category="shirts"),
        a_product("MUG", "Große Tasse 100%"),
    ]

    async def put(uow: UnitOfWork) -> None:
        for product in products:
            await uow.put_product(product)
        await uow.put_product(products[0])

    await store.write(put)

    async def skus(query: str | None, category: str | None = None, after: Position | None = None) -> list[str]:
        page = await store.read(lambda reader: reader.product_page(query, category, after, 9))
        return [product.sku for product in page.items]

    assert await store.read(lambda reader: reader.product("MUG")) == products[2]
    assert await store.read(lambda reader: reader.products(["MUG", "TEE-L", "?"])) == {
        "MUG": products[2],
        "TEE-L": products[1],
    }
    assert await store.read(lambda reader: reader.products([])) == {}
    assert [one.sku for one in await store.read(lambda reader: reader.product_group("tee"))] == ["TEE-L", "TEE-M"]
    assert await skus(None) == ["TEE-L", "TEE-M", "MUG"]
    assert await skus("BLUE tee") == ["TEE-L", "TEE-M"]
    assert await skus("grosse") == ["MUG"]
    assert await skus("100%") == ["MUG"]
    assert await skus("1%0") == []
    assert await skus(None, "shirts", Position("Blue T-shirt", "TEE-L")) == ["TEE-M"]


async def test_a_customer_is_found_by_email_in_any_case(store: OpenStore) -> None:
    customer = Customer("c1", "Ada@Example.com", "Ada", tier="gold")
    await store.write(lambda uow: uow.put_customer(customer))
    assert await store.read(lambda reader: reader.customer("c1")) == customer
    assert await store.read(lambda reader: reader.customer_by_email("ada@example.COM")) == customer
    assert await store.read(lambda reader: reader.customer_by_email("eve@example.com")) is None


async def test_versions_of_shop_and_workflows_count_up_and_stay(store: OpenStore) -> None:
    assert await store.read(lambda reader: reader.shop_version()) is None
    assert await store.write(lambda uow: uow.add_shop_version(b"{1}", "olga", NOW)) == 1
    assert await store.write(lambda uow: uow.add_shop_version(b"{2}", "olga", NOW)) == 2
    assert await store.read(lambda reader: reader.shop_version()) == (2, b"{2}")
    assert await store.write(lambda uow: uow.add_workflow_version("order", b"[1]", NOW)) == 1
    assert await store.write(lambda uow: uow.add_workflow_version("return", b"[r]", NOW)) == 1
    assert await store.write(lambda uow: uow.add_workflow_version("order", b"[2]", NOW)) == 2
    assert await store.read(lambda reader: reader.workflow_versions()) == [
        ("order", 1, b"[1]"),
        ("order", 2, b"[2]"),
        ("return", 1, b"[r]"),
    ]
