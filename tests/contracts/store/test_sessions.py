"""Signing in, on every store: what is good once is good once, whoever comes at the same moment."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.adapters.sql import OpenStore
from domain.model.actors import ActorKind
from domain.model.changes import Changes, Reference
from domain.model.events import OrderClaimed
from domain.model.products import Customer
from domain.model.sessions import RefreshToken, Session, SignInLink
from tests.contracts.store.steps import order_id, placed, saving
from tests.factories import NOW, SYSTEM

MINUTE = timedelta(minutes=1)
LINK = SignInLink("l1", "mia@example.org", b"hash", NOW, NOW + 15 * MINUTE)
SESSION = Session("s1", ActorKind.CUSTOMER, "c1", NOW, NOW + timedelta(days=180))
TOKEN = RefreshToken("t1", "s1", b"hash", NOW, NOW + timedelta(days=30))


async def test_links_sessions_and_tokens_are_read_back_as_they_were_written(store: OpenStore) -> None:
    await store.write(lambda uow: uow.add_sign_in_link(LINK))
    await store.write(lambda uow: uow.add_session(SESSION))
    await store.write(lambda uow: uow.add_refresh_token(TOKEN))
    assert await store.read(lambda reader: reader.sign_in_link("l1")) == LINK
    assert await store.read(lambda reader: reader.session("s1")) == SESSION
    assert await store.read(lambda reader: reader.refresh_token("t1")) == TOKEN
    assert await store.read(lambda reader: reader.sign_in_link("l2")) is None
    assert await store.read(lambda reader: reader.session("s2")) is None
    assert await store.read(lambda reader: reader.refresh_token("t2")) is None


async def test_of_many_who_use_a_link_or_a_token_at_once_one_does(store: OpenStore) -> None:
    await store.write(lambda uow: uow.add_sign_in_link(LINK))
    await store.write(lambda uow: uow.add_refresh_token(TOKEN))
    links = await asyncio.gather(*(store.write(lambda uow: uow.use_sign_in_link("l1", NOW)) for _ in range(8)))
    tokens = await asyncio.gather(*(store.write(lambda uow: uow.use_refresh_token("t1", NOW)) for _ in range(8)))
    assert sorted(links) == sorted(tokens) == [False] * 7 + [True]
    assert await store.read(lambda reader: reader.sign_in_link("l1")) == replace(LINK, used_at=NOW)
    assert await store.read(lambda reader: reader.refresh_token("t1")) == replace(TOKEN, used_at=NOW)
    assert not await store.write(lambda uow: uow.use_sign_in_link("l2", NOW))


async def test_a_session_ends_once_whether_or_not_it_was_known(store: OpenStore) -> None:
    await store.write(lambda uow: uow.add_session(SESSION))
    for moment in (NOW + MINUTE, NOW + 2 * MINUTE):
        await store.write(lambda uow, at=moment: uow.end_session(SESSION, at))  # type: ignore[misc]
    assert await store.read(lambda reader: reader.session("s1")) == replace(SESSION, ended_at=NOW + MINUTE)
    unknown = replace(SESSION, id="s2", kind=ActorKind.STAFF, subject="olga")
    await store.write(lambda uow: uow.end_session(unknown, NOW))
    assert await store.read(lambda reader: reader.session("s2")) == replace(unknown, ended_at=NOW)
    await store.write(lambda uow: uow.add_session(unknown))
    assert await store.read(lambda reader: reader.session("s2")) == replace(unknown, ended_at=NOW), "and does not begin"


async def test_what_ran_out_before_is_forgotten_and_nothing_else(store: OpenStore) -> None:
    old, edge = NOW - MINUTE, NOW
    for number, expires_at in enumerate((old, edge)):
        link = replace(LINK, id=f"l{number}", expires_at=expires_at)
        session = replace(SESSION, id=f"s{number}", expires_at=expires_at)
        token = replace(TOKEN, id=f"t{number}", expires_at=expires_at)
        await store.write(lambda uow, link=link: uow.add_sign_in_link(link))  # type: ignore[misc]
        await store.write(lambda uow, session=session: uow.add_session(session))  # type: ignore[misc]
        await store.write(lambda uow, token=token: uow.add_refresh_token(token))  # type: ignore[misc]
    await store.write(lambda uow: uow.forget_sign_ins(NOW))
    assert await store.read(lambda reader: reader.sign_in_link("l0")) is None
    assert await store.read(lambda reader: reader.session("s0")) is None
    assert await store.read(lambda reader: reader.refresh_token("t0")) is None
    assert await store.read(lambda reader: reader.sign_in_link("l1")) is not None
    assert await store.read(lambda reader: reader.session("s1")) is not None
    assert await store.read(lambda reader: reader.refresh_token("t1")) is not None


async def test_of_many_who_bring_a_new_address_at_once_one_is_the_customer(store: OpenStore) -> None:
    async def bring(number: int) -> Customer:
        return await store.write(lambda uow: uow.add_customer(Customer(f"c{number}", "Mia@example.org")))

    found = await asyncio.gather(*(bring(number) for number in range(8)))
    assert len({customer.id for customer in found}) == 1
    assert await store.read(lambda reader: reader.customer_by_email("mia@example.org")) == found[0]


async def test_guest_orders_are_found_by_their_address_alone_oldest_first(store: OpenStore) -> None:
    for number, (word, customer_id) in enumerate((("mia", None), ("ben", None), ("mia", "c1"), ("mia", None)), 1):
        placement = await placed(store, number, customer_id=customer_id)
        named = Changes(placement.order, SYSTEM, NOW)
        named.references.append(Reference("email", word))
        named.references.append(Reference("name", "mia"))
        await store.write(saving(named))
    first, last = order_id(1), order_id(4)
    assert await store.read(lambda reader: reader.guest_orders("mia", "", 10)) == [first, last]
    assert await store.read(lambda reader: reader.guest_orders("mia", "", 1)) == [first]
    assert await store.read(lambda reader: reader.guest_orders("mia", first, 10)) == [last]
    assert await store.read(lambda reader: reader.guest_orders("nobody", "", 10)) == []
    order = await store.read(lambda reader: reader.order(first))
    claimed = Changes(order, SYSTEM, NOW)
    claimed.add(OrderClaimed("c2"))
    await store.write(saving(claimed))
    assert await store.read(lambda reader: reader.guest_orders("mia", "", 10)) == [last]
