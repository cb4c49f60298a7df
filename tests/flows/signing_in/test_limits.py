"""Limits."""

from datetime import timedelta
from typing import Any

from domain.model.actors import ActorKind
from tests.flows.signing_in.letters import LOST, MIA, REFRESH, REQUEST, SIGN_IN, SIGN_OUT, is_signed_in, signed_in
from tests.gateway.served import Gateway, serving, settings_for


async def limited(gateway: Gateway, query: str, variables: dict[str, Any] | None = None) -> bool:
    answer = await gateway.post(query, variables)
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert codes in ([], ["RATE_LIMITED"])
    return bool(codes)


async def test_messages_to_one_address_are_limited_whoever_asks_and_however_they_write_it() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=3)) as gateway:
        said = "requestSignIn(input: {email: $email}) { accepted }"
        defaults = f'mutation ($email: EmailAddress! = "mia@example.org") {{ {said} }}'
        literal = 'mutation { requestSignIn(input: {email: "mia@EXAMPLE.org"}) { accepted } }'
        lost = {"input": {"number": "ABCDE-FGHJK", "email": "Mia@example.org"}}
        assert not await limited(gateway, defaults)
        assert not await limited(gateway, literal)
        assert not await limited(gateway, LOST, lost)
        for query, variables in ((defaults, None), (literal, None), (LOST, lost), (REQUEST, {"email": MIA})):
            assert await limited(gateway, query, variables)
        assert not await limited(gateway, REQUEST, {"email": "other@example.org"})


async def test_a_phone_is_the_same_however_it_is_written() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=1)) as gateway:
        numbers = ("+4915123456789", "+49 151 23456789", "+49 (0)151-23456789")
        asked = [await limited(gateway, LOST, {"input": {"number": "X", "phone": number}}) for number in numbers]
        assert asked == [False, True, True]


async def test_messages_asked_for_from_one_address_are_limited_together() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_ip=2)) as gateway:
        asked = [await limited(gateway, REQUEST, {"email": f"{number}@example.org"}) for number in range(2)]
        assert asked == [False, False]
        assert await limited(gateway, REQUEST, {"email": "2@example.org"})
        assert await limited(gateway, LOST, {"input": {"number": "X", "email": "3@example.org"}})


async def test_guesses_at_one_order_are_limited() -> None:
    async with serving(settings_for(limit_loopback=True, tracking_link_per_hour_per_order=2)) as gateway:
        number = {"number": "00000-00000"}
        asked = [await limited(gateway, LOST, {"input": {**number, "email": f"{n}@example.org"}}) for n in range(3)]
        assert asked == [False, False, True]
        spelled = {"number": "oo0o0 00OOO", "email": "9@example.org"}
        assert await limited(gateway, LOST, {"input": spelled})


async def test_guesses_at_tokens_are_limited() -> None:
    async with serving(settings_for(limit_loopback=True, sign_in_per_minute_per_ip=2)) as gateway:
        assert not await limited(gateway, SIGN_IN, {"token": "x"})
        assert not await limited(gateway, REFRESH, {"token": "x"})
        assert await limited(gateway, SIGN_IN, {"token": "x"})


async def test_the_same_message_asked_for_many_times_in_one_operation_counts_each_time() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=3)) as gateway:
        fields = " ".join(f'a{n}: requestSignIn(input: {{email: "mia@example.org"}}) {{ accepted }}' for n in range(4))
        assert await limited(gateway, f"mutation {{ {fields} }}")
        assert gateway.mail.messages == []


async def test_a_customers_token_from_the_shell_is_a_session_of_its_own(gateway: Gateway) -> None:
    await signed_in(gateway)
    customer = await gateway.ports.store.read(lambda reader: reader.customer_by_email(MIA))
    assert customer is not None
    tokens = [gateway.sessions.issue(ActorKind.CUSTOMER, customer.id, timedelta(hours=hours)) for hours in (1, 2)]
    await gateway.post(SIGN_OUT, token=tokens[0])
    assert [await is_signed_in(gateway, token) for token in tokens] == [False, True]
