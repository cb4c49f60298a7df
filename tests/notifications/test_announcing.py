"""Who is told what, by which ways, and why not by others: the real use cases, channels that remember."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.model.actors import ALL_SCOPES, Actor, ActorKind
from domain.model.commands import CancelOrder, CustomerEntry, PaymentRequest
from domain.model.notifications import Inbox
from domain.model.payments import PaymentMethod
from domain.model.shipments import TrackingStatus
from domain.services.cancellations import cancel_order
from domain.services.changing import announcement
from domain.services.customers import upsert_customers
from notifications.announcing import announce
from notifications.rules import RULES, Kind
from tests.notifications.telling import EMAIL, SMS, WEBSOCKET, Telling, telling
from tests.world import STAFF

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
    assert "zwischen Donnerstag 5. März und Samstag 7. März" in text
    assert "Deine Bestellung ist bestätigt" in text


async def test_a_language_that_we_do_not_speak_is_told_in_english(shop: Telling) -> None:
    await shop.place(locale="pt-BR")
    assert "between Wednesday 4 March and Friday 6 March" in shop.email.taken[0].text
