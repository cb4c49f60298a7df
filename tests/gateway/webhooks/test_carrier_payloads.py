"""What EasyPost really sends, through the door that it comes in by: signed, kept, read, and seen by the buyer."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr

from domain.adapters.carriers.easypost import read_webhook as read_easypost
from domain.adapters.warehouse.http import read_webhook as read_warehouse
from gateway.ids import GlobalIds
from gateway.keys import derive
from tests.gateway.served import MASTER, WEBHOOK_SECRET, Gateway, placed, serving, settings_for, stocked
from tests.gateway.webhooks.test_signatures import VECTORS, by_easypost, by_warehouse, published, with_one_byte_changed

FOLDER = VECTORS / "carriers" / "easypost"
VECTOR = published("carriers/easypost", "webhook_signature_vector.json")
PAYLOADS = ["event_tracker_updated.raw.json", "webhook_tracker_delivered.json"]
PARCELS = """
{ order { shipments {
  id status trackingNumber carrier deliveredAt deliveryEstimate { source }
  events { status description location occurredAt }
} } }
"""


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """It has the published secret, and reads what it is told."""
    settings = settings_for(easypost_webhook_secret=(SecretStr(VECTOR["secret"]),))
    dialects = {"easypost": read_easypost, "warehouse": read_warehouse, "stripe": lambda body: ()}
    async with serving(settings, dialects=dialects) as running:
        await stocked(running)
        yield running


def signed(name: str) -> tuple[bytes, dict[str, str]]:
    """The payload byte for byte; with its published signature where there is one."""
    body = (FOLDER / name).read_bytes()
    if name == VECTOR["body_file"]:
        return body, {"x-hmac-signature": VECTOR["signature"]}
    return body, by_easypost(body, "se\u0301cret")  # normalised, as it is signed


async def parcels(gateway: Gateway, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await gateway.post(PARCELS, token=token))["data"]["order"]["shipments"]
    return found


async def handed_over(gateway: Gateway, carrier: str, number: str) -> str:
    """The token of an order whose parcel, as the warehouse says, left the house with this carrier and number."""
    order_id, token = await placed(gateway)
    async with asyncio.timeout(10):
        while not await parcels(gateway, token):
            await asyncio.sleep(0.02)
    named = GlobalIds(derive(MASTER.encode(), "ids")).decode(order_id)
    assert named is not None
    now = gateway.ports.clock.now()
    told = {
        "type": "fulfillment.handed_over", "reference": f"{named[1]}/s1", "occurredAt": now.isoformat(),
        "carrier": carrier, "trackingNumber": number,
    }  # fmt: skip
    body = json.dumps(told).encode()
    answer = await gateway.http.post(
        "/webhooks/warehouse", content=body, headers=by_warehouse(body, now, WEBHOOK_SECRET)
    )
    assert answer.status_code == 204, answer.text
    return token


async def with_scans(gateway: Gateway, token: str, count: int) -> dict[str, Any]:
    """The only parcel, once the carrier's word of it is there."""
    async with asyncio.timeout(10):
        while True:
            (parcel,) = await parcels(gateway, token)
            if len(parcel["events"]) >= count:
                return parcel
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("early", [False, True], ids=["after the parcel", "before anybody knows the parcel"])
async def test_a_real_payload_is_seen_by_the_buyer(name: str, early: bool, gateway: Gateway) -> None:
    body, headers = signed(name)
    tracker = json.loads(body)["result"]

    async def told() -> None:
        for _ in range(2):  # they repeat themselves
            answer = await gateway.http.post("/webhooks/easypost", content=body, headers=headers)
            assert (answer.status_code, answer.content) == (204, b"")

    if early:
        await told()
    token = await handed_over(gateway, tracker["carrier"].lower(), tracker["tracking_code"])
    if not early:
        await told()
    details = tracker["tracking_details"]
    parcel = await with_scans(gateway, token, len(details))
    assert (parcel["trackingNumber"], parcel["carrier"]) == (tracker["tracking_code"], tracker["carrier"].lower())
    assert parcel["status"] == tracker["status"].upper()
    found = {(one["description"], datetime.fromisoformat(one["occurredAt"])) for one in parcel["events"]}
    assert found == {(one["message"], datetime.fromisoformat(one["datetime"])) for one in details}
    assert (parcel["deliveredAt"] is not None) == (tracker["status"] == "delivered")


@pytest.mark.parametrize("name", PAYLOADS)
async def test_a_real_payload_with_one_byte_changed_stays_outside(name: str, gateway: Gateway) -> None:
    body, headers = signed(name)
    for changed in list(with_one_byte_changed(body))[::97]:
        answer = await gateway.http.post("/webhooks/easypost", content=changed, headers=headers)
        assert answer.status_code == 401
    assert await gateway.ports.store.read(lambda reader: reader.received("easypost", json.loads(body)["id"])) is None


def test_these_are_all_that_the_carrier_s_aggregator_sends() -> None:
    """Beside them lie the answer to a new tracker, which its adapter reads, and the signature of the first."""
    others = {"tracker_create_response.json", "webhook_signature_vector.json"}
    assert {path.name for path in FOLDER.iterdir()} == {*PAYLOADS, *others}
