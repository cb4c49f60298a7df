"""As it should be."""

from datetime import timedelta
from decimal import Decimal

from domain.adapters.ids import SeededIds
from domain.model.actors import Actor, ActorKind
from domain.model.commands import PaymentRequest
from domain.model.orders import OrderStatus
from domain.model.payments import PaymentMethod, PaymentStatus
from tests.trade import Trade
from tests.world import STAFF


async def test_a_paid_order_is_confirmed_in_the_answer_itself(trade: Trade) -> None:
    placement = await trade.place(quantity=2)
    order = placement.order
    assert placement.refusals == ()
    assert order.flow.status is OrderStatus.CONFIRMED
    assert (order.total, order.subtotal, order.shipping_total, order.tax_total) == (4470, 3980, 490, 713)
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    assert (order.payments[0].brand, order.payments[0].last4) == ("visa", "4242")
    assert await trade.level() == (10, 2)
    assert trade.world.payments.held == {"pi_1": 4470}
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert [shipment.origin for shipment in trade.world.warehouse.requested.values()] == ["hamburg"]


async def test_the_three_first_outcomes_are_one_version(trade: Trade) -> None:
    """Nobody sees the order between them: the journal has them in one save, that of one moment."""
    placement = await trade.place()
    types = await trade.types(placement.order)
    assert types[:2] == ["order.placed", "workflow.moved"]
    assert types[2:9] == [
        "stock.reserved", "task.settled", "payment.authorized", "task.settled", "risk.assessed", "task.settled",
        "workflow.moved",
    ]  # fmt: skip


async def test_a_guest_is_given_the_token_of_the_orders_link(trade: Trade) -> None:
    placement = await trade.place()
    assert placement.token == trade.world.ports.links.token(placement.order.id)
    link = await trade.world.store.read(lambda reader: reader.link(placement.order.id))
    assert link is not None
    assert link.token_hash == trade.world.ports.links.digest(placement.token or "")
    assert link.expires_at == placement.order.placed_at + timedelta(days=90)


async def test_a_customer_needs_no_token_and_staff_order_for_one(trade: Trade) -> None:
    customer = await trade.customer(name="Grace Hopper", phone="+4930901821", tier="gold", locale="de")
    own = await trade.place(actor=Actor(ActorKind.CUSTOMER, customer.id), email=None)
    for_them = await trade.place(actor=STAFF, customer_id=customer.id, email=None)
    for placement in (own, for_them):
        assert (placement.order.customer_id, placement.order.customer_tier) == (customer.id, "gold")
        assert placement.order.locale == "de"
        assert placement.order.buyer is not None
        assert (placement.order.buyer.email, placement.order.buyer.phone) == ("grace@example.org", "+4930901821")
    assert own.token is None


async def test_an_order_is_its_customers_even_if_the_shop_does_not_know_them_yet(trade: Trade) -> None:
    placement = await trade.place(actor=Actor(ActorKind.CUSTOMER, "c-unknown"))
    assert placement.order.customer_id == "c-unknown"


async def test_personal_words_stand_beside_the_order_and_nowhere_in_its_journal(trade: Trade) -> None:
    placement = await trade.place(note="for my niece", phone="030 901820")
    buyer = (await trade.now(placement.order)).buyer
    assert buyer is not None
    assert (buyer.name, buyer.email, buyer.phone, buyer.note) == (
        "Ada Lovelace", "ada@example.org", "+4930901820", "for my niece",
    )  # fmt: skip
    told = " ".join(repr(event.data) for event in await trade.events(placement.order))
    for word in ("Lovelace", "ada@example.org", "901820", "Torstr", "niece"):
        assert word not in told


async def test_an_order_is_found_by_what_people_know_of_it(trade: Trade) -> None:
    order = (await trade.place(reference="PO 4711")).order
    lookup = trade.world.ports.personals.lookup
    for kind, value in (
        ("number", order.number),
        ("reference", "PO 4711"),
        ("sku", "MUG"),
        ("email", lookup("email", "Ada@Example.org")),
        ("name", lookup("name", "ada lovelace")),
        ("payment", "pi_1"),
    ):
        found = await trade.world.store.read(lambda reader, kind=kind, value=value: reader.order_id(kind, value))  # type: ignore[misc]
        assert found == order.id, kind


async def test_a_number_that_is_taken_is_drawn_again(trade: Trade) -> None:
    class Repeating(SeededIds):
        drawn = [7, 7, 8]  # noqa: RUF012 - one test, one draw

        def bits(self, n: int) -> int:
            return self.drawn.pop(0)

    ids = Repeating(5)
    trade.world.change(ids=ids)
    first, second = await trade.place(), await trade.place()
    assert first.order.number != second.order.number
    assert ids.drawn == []


async def test_an_order_may_be_paid_in_parts(trade: Trade) -> None:
    cart = trade.cart(
        payments=(
            PaymentRequest(PaymentMethod.CARD, "pm_card_visa", amount=Decimal("10.00")),
            PaymentRequest(PaymentMethod.CARD, "pm_card_visa"),
        )
    )
    order = (await trade.place(cart)).order
    assert [payment.amount for payment in order.payments] == [1000, 1480]
    assert order.flow.status is OrderStatus.CONFIRMED
    assert len(set(trade.world.payments.keys("authorize"))) == 2
    assert sum(trade.world.payments.held.values()) == order.total == 2480
