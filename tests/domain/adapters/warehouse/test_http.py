import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.adapters.http import Unreadable, open_client
from domain.adapters.warehouse.http import HttpWarehouse, read_webhook
from domain.model.addresses import Address
from domain.model.reports import WarehouseReport
from domain.model.shipments import PreparationStatus, Shipment, ShipmentLine
from domain.ports import Declined, Unavailable
from tests.factories import NOW, a_buyer, an_order
from tests.scripted_partner import RESETS, Turn, says, scripted_partner

ORDER = an_order(buyer=a_buyer(instructions="Ring twice"))
SHIPMENT = Shipment("s1", (ShipmentLine("l1", 1),), NOW, origin="hamburg")
ACCEPTED = says(201, {"id": "ful_1", "status": "accepted", "reference": "x"})


async def called_off(*turns: Turn) -> bool:
    async with scripted_partner(*turns) as partner, open_client() as client:
        return await HttpWarehouse(partner.address, "key", client).call_off("k", ORDER, SHIPMENT)


async def test_a_fulfillment_order_says_all_that_a_parcel_needs() -> None:
    async with scripted_partner(ACCEPTED) as partner, open_client() as client:
        await HttpWarehouse(partner.address + "/", "key", client).request("k", ORDER, SHIPMENT)
    (asked,) = partner.asked
    assert (asked.method, asked.path) == ("POST", "/fulfillment-orders")
    assert (asked.headers["authorization"], asked.headers["idempotency-key"]) == ("Bearer key", "k")
    assert asked.json == {
        "reference": f"{ORDER.id}/s1",
        "orderNumber": ORDER.number,
        "location": "hamburg",
        "service": "standard",
        "lines": [{"sku": "TEE-M", "quantity": 1}],
        "shipTo": {
            "name": "Ada Lovelace",
            "address1": "Torstr. 1",
            "city": "Berlin",
            "zip": "10119",
            "countryCode": "DE",
            "phone": "+4930901820",
            "instructions": "Ring twice",
        },
    }


async def test_the_name_and_phone_of_the_address_come_before_the_buyers() -> None:
    address = Address("DE", name="Grandma", phone="+4940123456", city="Kiel", zip="24103", address1="Deich 1")
    order = an_order(buyer=a_buyer(shipping_address=address))
    async with scripted_partner(ACCEPTED) as partner, open_client() as client:
        await HttpWarehouse(partner.address, "key", client).request("k", order, replace(SHIPMENT, service="express"))
    words = partner.asked[0].json
    assert (words["shipTo"]["name"], words["shipTo"]["phone"]) == ("Grandma", "+4940123456")
    assert words["service"] == "express"


@pytest.mark.parametrize(
    ("turn", "error"),
    [
        (says(400, {"error": {"message": "no"}}), Declined),
        (says(404), Declined),
        (says(409, {"error": {"code": "other"}}), Declined),
        (says(500), Unavailable),
        (says(401), Unavailable),
        (says(429), Unavailable),
        (says(201, b"created"), Unavailable),
        (says(409, b"no"), Unavailable),
        (RESETS, Unavailable),
    ],
)
async def test_a_no_is_declined_and_no_verdict_unavailable(turn: Turn, error: type[Exception]) -> None:
    async with scripted_partner(turn) as partner, open_client() as client:
        with pytest.raises(error):
            await HttpWarehouse(partner.address, "key", client).request("k", ORDER, SHIPMENT)
    assert len(partner.asked) == 1


@pytest.mark.parametrize(
    "answer", [{"id": "ful_1", "status": "accepted"}, {"error": {"code": "duplicate", "id": "ful_1"}}]
)
async def test_a_parcel_that_is_known_is_as_good_as_accepted(answer: dict[str, Any]) -> None:
    async with scripted_partner(says(409, answer)) as partner, open_client() as client:
        await HttpWarehouse(partner.address, "key", client).request("k", ORDER, SHIPMENT)


async def test_calling_off_is_a_yes_or_too_late_or_asked_again() -> None:
    assert await called_off(ACCEPTED, says(200, {"id": "ful_1", "status": "canceled"}))
    assert not await called_off(ACCEPTED, says(409, {"id": "ful_1", "status": "too_late"}))
    for turn in (says(409, {"status": "invented_later"}), says(404), says(500), says(409, b"?"), RESETS):
        with pytest.raises(Unavailable):
            await called_off(ACCEPTED, turn)
    with pytest.raises(Unavailable):
        await called_off(says(400))


# ---------------------------------------------------------------- what it tells by webhook


def callback(**changes: Any) -> bytes:
    words = {"type": "fulfillment.picked", "reference": f"{ORDER.id}/s1", "occurredAt": "2026-11-22T09:30:00+01:00"}
    return json.dumps({**words, **changes}).encode()


@pytest.mark.parametrize(
    ("step", "preparation"),
    [
        ("picking", PreparationStatus.PICKING),
        ("picked", PreparationStatus.PICKED),
        ("packed", PreparationStatus.PACKED),
        ("labeled", PreparationStatus.LABELED),
        ("handed_over", PreparationStatus.HANDED_OVER),
        ("canceled", None),
    ],
)
def test_each_step_is_told(step: str, preparation: PreparationStatus | None) -> None:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert read_webhook(callback(type=f"fulfillment.{step}")) == (WarehouseReport(ORDER.id, "s1", preparation, at),)


def test_from_the_label_on_the_carrier_is_known() -> None:
    carrier = {"carrier": "dhl", "carrierName": "DHL Paket", "service": "Paket", "trackingNumber": "0034043412345"}
    (report,) = read_webhook(callback(type="fulfillment.labeled", **carrier))
    assert isinstance(report, WarehouseReport)
    assert (report.carrier, report.carrier_name, report.service) == ("dhl", "DHL Paket", "Paket")
    assert report.tracking_number == "0034043412345"


def test_a_parcel_may_be_given_up_for_want_of_goods() -> None:
    (missing,) = read_webhook(callback(type="fulfillment.canceled", reason="out_of_stock"))
    (other,) = read_webhook(callback(type="fulfillment.canceled", reason="address"))
    assert isinstance(missing, WarehouseReport)
    assert isinstance(other, WarehouseReport)
    assert (missing.missing, other.missing) == (True, False)


def test_steps_that_concern_nobody_are_passed_over() -> None:
    assert read_webhook(callback(type="stock.counted")) == ()
    assert read_webhook(callback(reference="somebody-elses")) == ()
    assert read_webhook(callback(reference="/s1")) == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", callback(occurredAt="yesterday"), callback(occurredAt="2026-11-22T09:30:00")],
)
def test_a_message_in_another_form_is_said_to_be_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_webhook(body)
