"""/webhooks: verified, kept once, thanked for; each no with its own status."""

import json
from collections.abc import Callable

import pytest

from tests.gateway.served import WEBHOOK_SECRET, Gateway, serving, settings_for
from tests.gateway.webhooks.test_signatures import by_easypost, by_stripe, by_warehouse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sign = Callable[[Gateway, bytes], dict[str, str]]


def stripe(gateway: Gateway, body: bytes) -> dict[str, str]:
    return by_stripe(body, gateway.ports.clock.now(), WEBHOOK_SECRET)


def easypost(gateway: Gateway, body: bytes) -> dict[str, str]:
    return by_easypost(body, WEBHOOK_SECRET)


def warehouse(gateway: Gateway, body: bytes) -> dict[str, str]:
    return by_warehouse(body, gateway.ports.clock.now(), WEBHOOK_SECRET)


SIGNERS: dict[str, Sign] = {"stripe": stripe, "easypost": easypost, "warehouse": warehouse}


async def kept(gateway: Gateway, provider: str, event_id: str) -> bytes | None:
    return await gateway.ports.store.read(lambda reader: reader.received(provider, event_id))


@pytest.mark.parametrize("provider", SIGNERS)
async def test_a_signed_event_is_kept_as_it_came_and_a_repeat_changes_nothing(provider: str, gateway: Gateway) -> None:
    body = json.dumps({"id": f"evt_{provider}", "type": "something.else"}).encode()
    name = "msg_1" if provider == "warehouse" else f"evt_{provider}"
    for _ in range(2):
        answer = await gateway.http.post(
            f"/webhooks/{provider}", content=body, headers=SIGNERS[provider](gateway, body)
        )
        assert (answer.status_code, answer.content) == (204, b"")
    assert await kept(gateway, provider, name) == body


@pytest.mark.parametrize("provider", SIGNERS)
async def test_an_unsigned_event_is_refused_and_not_kept(provider: str, gateway: Gateway) -> None:
    body = b'{"id": "evt_forged"}'
    signed = SIGNERS[provider](gateway, body)
    for headers in ({}, SIGNERS[provider](gateway, body + b" "), dict.fromkeys(signed, "x")):
        answer = await gateway.http.post(f"/webhooks/{provider}", content=body, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await kept(gateway, provider, "evt_forged") is None


@pytest.mark.parametrize("provider", SIGNERS)
async def test_what_is_signed_and_no_event_is_a_bad_request(provider: str, gateway: Gateway) -> None:
    for body in (b"", b"[]", b"no json"):
        answer = await gateway.http.post(
            f"/webhooks/{provider}", content=body, headers=SIGNERS[provider](gateway, body)
        )
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("provider", SIGNERS)
async def test_a_large_body_is_refused_before_its_signature_is_looked_at(provider: str, gateway: Gateway) -> None:
    body = b" " * (256 * 1024 + 1)
    answer = await gateway.http.post(f"/webhooks/{provider}", content=body, headers=SIGNERS[provider](gateway, body))
    assert answer.status_code == 413


async def test_events_come_by_post(gateway: Gateway) -> None:
    answer = await gateway.http.get("/webhooks/stripe")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (405, "BAD_REQUEST")


async def test_a_provider_without_a_secret_has_no_door() -> None:
    settings = settings_for(stripe_webhook_secret=(), warehouse_webhook_secret=None)
    async with serving(settings) as gateway:
        body = b'{"id": "evt_1"}'
        for provider in ("stripe", "warehouse", "twilio"):
            answer = await gateway.http.post(f"/webhooks/{provider}", content=body, headers=stripe(gateway, body))
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
        answer = await gateway.http.post("/webhooks/easypost", content=body, headers=easypost(gateway, body))
        assert answer.status_code == 204
