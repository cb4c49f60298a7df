"""Who is told what, by which ways, and why not by others: the real use cases, channels that remember."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.model.actors import ALL_SCOPES, Actor, ActorKind
from domain.model.commands import (
    CancelOrder,
    CustomerEntry,
    DecideReturn,
    PaymentRequest,
    ReceivedLine,
    ReceiveReturn,
)
from domain.model.notifications import Inbox
from domain.model.payments import PaymentMethod
from domain.model.returns import Disposition, ItemCondition
from domain.model.shipments import TrackingStatus
from domain.model.shop import AutoApprove
from domain.ports import Ports
from domain.services.cancellations import cancel_order
from domain.services.changing import announcement, write
from domain.services.claiming import claim
from domain.services.customers import upsert_customers
from domain.services.returns import decide_return, receive_return, request_return
from notifications.announcing import announce
from notifications.looking import Told, look
from notifications.rules import RULES, Kind
from tests.domain.services.returning import a_request, back, bought, buyer_of, filled
from tests.factories import a_shop
from tests.notifications.telling import EMAIL, SMS, WEBSOCKET, Telling, telling
from tests.world import STAFF, FixedShop

OUT, DELIVERED = TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.DELIVERED
ATTEMPTED, TRANSIT = TrackingStatus.ATTEMPTED_DELIVERY, TrackingStatus.IN_TRANSIT


@pytest.fixture
async def shop() -> AsyncIterator[Telling]:
    async with telling() as one:
        yield one


def test_sms_is_on_by_default_for_what_cannot_wait_and_nothing_else() -> None:
    on = {kind for kind, rule in RULES.items() if rule.sms}
    assert on == {Kind.SHIPPED, Kind.OUT_FOR_DELIVERY, Kind.ATTEMPTED, Kind.DELIVERED, Kind.ON_HOLD}
    assert set(RULES) == set(Kind)


async def test_a_confirmed_order_is_told_by_mail_with_its_expected_days_and_one_link(shop: Telling) -> None:
    order = await shop.place()
    assert await shop.ways(order, EMAIL) == [("order.confirmed", "SENT", None)]
    assert await shop.ways(order, SMS) == []
    [message] = shop.email.taken
    assert (message.to, message.subject) == ("ada@example.org", f"Alder & Finch: order {order.number} is confirmed")
    link = f"http://localhost/track#{shop.world.ports.links.token(order.id)}"
    assert message.html is not None
    for part in (message.text, message.html.replace("&amp;", "&")):
        for said in ("Alder & Finch", order.number, "between Wednesday 4 March and Friday 6 March", link):
            assert said in part


async def test_a_parcel_is_told_by_sms_too_once_for_every_step(shop: Telling) -> None:
    order = await shop.hand_over(await shop.place())
    for statuses in ((TRANSIT,), (OUT,), (OUT,), (ATTEMPTED,), (OUT,), (DELIVERED,)):
        await shop.wait(timedelta(hours=3))
        order = await shop.scan(order, *statuses)
    told = ["shipped", "out_for_delivery", "attempted", "out_for_delivery", "delivered"]
    assert await shop.ways(order, SMS) == [(f"shipment.{kind}", "SENT", None) for kind in told]
    assert len(shop.sms.taken) == 5
    assert {message.to for message in shop.sms.taken} == {"+4915112345678"}
    assert all(order.number in message.text and "Alder & Finch" in message.text for message in shop.sms.taken)


async def test_an_old_scan_that_comes_late_tells_nobody_anything(shop: Telling) -> None:
    order = await shop.hand_over(await shop.place())
    order = await shop.scan(order, OUT, DELIVERED)
    told = len(await shop.deliveries(order))
    shop.world.clock.set(shop.world.clock.now() - timedelta(hours=2))
    await shop.scan(order, TRANSIT, OUT)
    assert len(await shop.deliveries(order)) == told


async def test_of_steps_that_become_known_at_once_the_last_is_told(shop: Telling) -> None:
    order = await shop.place()
    order = await shop.hand_over(order)
    order = await shop.scan(order, TRANSIT, OUT, DELIVERED)
    assert [template for template, *_ in await shop.ways(order, SMS)] == ["shipment.shipped", "shipment.delivered"]


async def test_what_was_overtaken_before_it_was_told_is_not_told(shop: Telling) -> None:
    ports = shop.world.ports
    shop.world.change(errands={**ports.errands, "announce": _nothing})
    order = await shop.hand_over(await shop.place())
    order = await shop.scan(order, OUT)
    order = await shop.scan(order, DELIVERED)
    events = await shop.world.store.read(lambda reader: reader.events(order.id))
    for event in events:
        if event.public:
            await announce(announcement(event), {EMAIL, SMS}, shop.world.ports)
    await shop.settle()
    assert await shop.ways(order, SMS) == [
        ("shipment.shipped", "SUPPRESSED", "SUPERSEDED"),
        ("shipment.out_for_delivery", "SUPPRESSED", "SUPERSEDED"),
        ("shipment.delivered", "SENT", None),
    ]
    inbox = await shop.world.store.read(lambda reader: reader.inbox_page(Inbox(order_id=order.id), None, 10))
    assert [one.kind for one in inbox.items] == ["shipment.delivered", "order.confirmed"]


async def _nothing(effect: object, ports: object) -> None:
    return None


async def test_announcing_again_tells_nobody_twice(shop: Telling) -> None:
    order = await shop.place()
    for event in await shop.world.store.read(lambda reader: reader.events(order.id)):
        await announce(announcement(event), {EMAIL, SMS}, shop.world.ports)
    await shop.settle()
    assert len(shop.email.taken) == 1
    assert len(await shop.deliveries(order)) == 2  # the mail, and the inbox


async def test_notify_by_is_honoured_and_the_rest_recorded_as_not_wanted(shop: Telling) -> None:
    order = await shop.hand_over(await shop.place(notify_by=(SMS,)))
    assert await shop.ways(order, EMAIL) == [
        ("order.confirmed", "SUPPRESSED", "NOT_WANTED"),
        ("shipment.shipped", "SUPPRESSED", "NOT_WANTED"),
    ]
    assert await shop.ways(order, SMS) == [("shipment.shipped", "SENT", None)]
    assert await shop.ways(order, WEBSOCKET) == [
        ("order.confirmed", "SUPPRESSED", "NOT_WANTED"),
        ("shipment.shipped", "SUPPRESSED", "NOT_WANTED"),
    ]
    page = await shop.world.store.read(lambda reader: reader.inbox_page(Inbox(order_id=order.id), None, 10))
    assert page.items == ()
    assert shop.email.asked == []


async def test_a_number_given_at_checkout_hears_of_the_parcel_and_not_of_a_hold(shop: Telling) -> None:
    held = (PaymentRequest(PaymentMethod.CARD, token="pm_card_riskLevelElevated"),)
    order = await shop.place(payments=held)
    assert await shop.ways(order, SMS) == [("order.on_hold", "SUPPRESSED", "NO_CONSENT")]
    assert await shop.ways(order, EMAIL) == [("order.on_hold", "SENT", None)]


async def test_a_customers_own_number_hears_of_a_hold(shop: Telling) -> None:
    entry = CustomerEntry("grace@example.org", "Grace Hopper", phone="+4915112345678")
    [customer] = await upsert_customers((entry,), STAFF, shop.world.ports)
    held = (PaymentRequest(PaymentMethod.CARD, token="pm_card_riskLevelElevated"),)
    order = await shop.place(actor=Actor(ActorKind.CUSTOMER, customer.id), email=None, phone=None, payments=held)
    assert await shop.ways(order, SMS) == [("order.on_hold", "SENT", None)]


async def test_without_an_address_the_reason_is_recorded(shop: Telling) -> None:
    order = await shop.hand_over(await shop.place(phone=None))
    assert await shop.ways(order, SMS) == [("shipment.shipped", "SUPPRESSED", "NO_ADDRESS")]


async def test_without_a_provider_the_reason_is_recorded() -> None:
    async with telling(without=(SMS,)) as shop:
        order = await shop.hand_over(await shop.place())
        assert await shop.ways(order, SMS) == [("shipment.shipped", "SUPPRESSED", "NO_CHANNEL")]
        assert await shop.ways(order, EMAIL) == [("order.confirmed", "SENT", None), ("shipment.shipped", "SENT", None)]


async def test_a_decline_is_told_once_with_the_moment_until_which_it_can_be_mended(shop: Telling) -> None:
    order = await shop.place(payments=(PaymentRequest(PaymentMethod.CARD, token="pm_card_visa_chargeDeclined"),))
    assert await shop.ways(order, EMAIL) == [("payment.declined", "SENT", None)]
    assert "until Monday 2 March, 12:00" in shop.email.taken[0].text  # two hours after nine in Berlin


async def test_a_challenge_is_told_with_what_is_due(shop: Telling) -> None:
    order = await shop.place(payments=(PaymentRequest(PaymentMethod.CARD, token="pm_card_authenticationRequired"),))
    assert await shop.ways(order, EMAIL) == [("payment.needed", "SENT", None)]
    assert "€44.88" in shop.email.taken[0].text


async def test_a_canceled_order_is_told_and_what_was_said_of_it_before_stays(shop: Telling) -> None:
    order = await shop.place()
    await cancel_order(CancelOrder("c", order.id, "CHANGED_MIND"), _holder(order.id), shop.world.ports)
    await shop.settle()
    assert await shop.ways(order, EMAIL) == [("order.confirmed", "SENT", None), ("order.canceled", "SENT", None)]


def _holder(order_id: str) -> Actor:
    return Actor(ActorKind.GUEST, order_id, order_id=order_id, scopes=ALL_SCOPES)


async def test_text_is_in_the_orders_language_and_days_are_those_of_the_destination(shop: Telling) -> None:
    shop.world.clock.set(shop.world.clock.now().replace(hour=23, minute=30))  # past midnight in Berlin
    await shop.place(locale="de-AT")
    text = shop.email.taken[0].text
    assert "zwischen Donnerstag, 5. März und Samstag, 7. März" in text
    assert "Deine Bestellung ist bestätigt" in text


async def test_a_language_that_we_do_not_speak_is_told_in_english(shop: Telling) -> None:
    await shop.place(locale="pt-BR")
    assert "between Wednesday 4 March and Friday 6 March" in shop.email.taken[0].text


async def test_a_return_is_told_from_its_approval_to_the_money(shop: Telling) -> None:
    world = shop.world
    await filled(world, ("TEE", "19.99"))
    order = await bought(world, ("TEE", 2))
    asked, return_id = await request_return(a_request(order, back()), buyer_of(order), world.ports)
    await shop.settle()
    [line] = asked.returns[0].lines
    lines = (ReceivedLine(line.id, line.quantity, ItemCondition.NEW, Disposition.RESTOCK),)
    await receive_return(ReceiveReturn("here", order.id, return_id, lines), STAFF, world.ports)
    await shop.settle()
    told = [template for template, status, _ in await shop.ways(order, EMAIL) if status == "SENT"]
    assert told[-3:] == ["return.approved", "return.received", "refund.paid"]
    approved, received, paid = shop.email.taken[-3:]
    assert "hand the parcel in by Monday 16 March" in approved.text
    assert "has arrived at Alder & Finch" in received.text
    refund = (await shop.order(order.id)).refunds[0]
    assert f"€{refund.amount / 100:.2f} paid back" in paid.subject


async def test_a_return_that_is_declined_is_told_so(shop: Telling) -> None:
    world = shop.world
    shop.world.change(shops=FixedShop(a_shop(auto_approve=AutoApprove())))
    await filled(world, ("TEE", "19.99"))
    order = await bought(world, ("TEE", 2))
    _, return_id = await request_return(a_request(order, back()), buyer_of(order), world.ports)
    await decide_return(DecideReturn("no", order.id, return_id, approve=False), STAFF, world.ports)
    await shop.settle()
    assert (await shop.ways(order, EMAIL))[-1] == ("return.declined", "SENT", None)


async def test_what_was_told_to_a_guest_is_in_their_inbox_once_the_order_is_theirs(shop: Telling) -> None:
    order = await shop.place()
    [customer] = await upsert_customers((CustomerEntry("ada@example.org"),), STAFF, shop.world.ports)
    await write(shop.world.ports, lambda writing: claim(customer, "", writing))
    await shop.settle()
    page = await shop.world.store.read(lambda reader: reader.inbox_page(Inbox(customer_id=customer.id), None, 10))
    assert [(one.order_id, one.kind) for one in page.items] == [(order.id, "order.confirmed")]
    await shop.hand_over(await shop.order(order.id))
    assert await shop.world.store.read(lambda reader: reader.inbox_end(Inbox(customer_id=customer.id))) == 2


async def test_a_message_about_an_order_that_is_taken_over_meanwhile_is_in_its_new_owners_inbox(
    shop: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    [customer] = await upsert_customers((CustomerEntry("ada@example.org"),), STAFF, shop.world.ports)
    taken_over: list[Told] = []

    async def look_and_be_overtaken(order_id: str, sequence: int, ports: Ports) -> Told | None:
        told = await look(order_id, sequence, ports)
        if told is not None and not taken_over:
            taken_over.append(told)
            await write(ports, lambda writing: claim(customer, "", writing))
            for _ in range(20):  # and that is announced
                await asyncio.sleep(0)
        return told

    monkeypatch.setattr("notifications.announcing.look", look_and_be_overtaken)
    order = await shop.place()
    assert taken_over
    page = await shop.world.store.read(lambda reader: reader.inbox_page(Inbox(customer_id=customer.id), None, 10))
    assert [(one.order_id, one.kind) for one in page.items] == [(order.id, "order.confirmed")]
