"""A lost link."""

import asyncio
import time
from statistics import median

from domain.services.tracking_links import SEND_TRACKING_LINK, LostLink, request_tracking_link
from tests.flows.signing_in.letters import LOST, MIA, ORDER, Counted, token_in_message
from tests.gateway.served import Gateway, an_order, placed


async def number_of(gateway: Gateway, token: str) -> str:
    number: str = (await gateway.post(ORDER, token=token))["data"]["order"]["number"]
    return number


async def test_a_lost_link_comes_to_the_address_on_the_order(gateway: Gateway) -> None:
    _, first = await placed(gateway)
    number = await number_of(gateway, first)
    for spelled in (number, number.lower().replace("-", " ")):
        before = len(gateway.mail.messages)
        payload = (await gateway.post(LOST, {"input": {"number": spelled, "email": "Mia@example.org"}}))["data"]
        assert payload["requestTrackingLink"] == {"accepted": True, "userErrors": []}
        token = await token_in_message(gateway, before, MIA)
        assert await number_of(gateway, token) == number
        assert number in gateway.mail.messages[-1].subject


async def test_a_lost_link_comes_by_sms_to_whoever_gave_a_phone(gateway: Gateway) -> None:
    answer = await gateway.post(
        "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { trackingToken } }",
        an_order("by phone", email=None, phone="+49 151 23456789"),
    )
    number = await number_of(gateway, answer["data"]["placeOrder"]["trackingToken"])
    await gateway.post(LOST, {"input": {"number": number, "phone": "+49 (0)151 23456789"}})
    assert await number_of(gateway, await token_in_message(gateway, 0, "+4915123456789")) == number
    assert gateway.mail.messages[-1].html is None


async def test_whether_number_and_contact_match_cannot_be_told_from_the_answer(gateway: Gateway) -> None:
    _, token = await placed(gateway)
    number = await number_of(gateway, token)
    counted = Counted(gateway)
    asked = [
        {"number": number, "email": MIA},
        {"number": number, "email": "other@example.org"},
        {"number": "00000-00000", "email": MIA},
        {"number": "no number at all", "email": MIA},
        {"number": number, "phone": "+4915123456789"},
    ]
    answers = [await counted.ask(LOST, {"input": one}) for one in asked]
    assert [answer == answers[0] for answer in answers] == [True] * len(asked)
    assert counted.owed == [SEND_TRACKING_LINK] * len(asked)
    assert counted.statements == [["owe"]] * len(asked)
    await token_in_message(gateway, 0, MIA)
    await asyncio.sleep(2.0)
    assert [message.to for message in gateway.mail.messages] == [MIA], "one of them matched"


async def test_a_hit_takes_as_long_as_a_miss(gateway: Gateway) -> None:
    """Asked of the use case itself, where nothing but it takes any time."""
    _, token = await placed(gateway)
    number = await number_of(gateway, token)
    asked = {"hit": LostLink(number, MIA), "miss": LostLink(number, "other@example.org")}
    took: dict[str, list[float]] = {"hit": [], "miss": []}
    for turn in range(1000):
        for name in sorted(asked, reverse=bool(turn % 2)):
            began = time.perf_counter()
            await request_tracking_link(asked[name], gateway.ports)
            took[name].append(time.perf_counter() - began)
    assert abs(median(took["hit"]) - median(took["miss"])) < 0.001


async def test_what_can_be_seen_of_the_input_is_refused(gateway: Gateway) -> None:
    for given, code, field in (
        ({}, "INVALID", "email"),
        ({"email": MIA, "phone": "+4915123456789"}, "INVALID", "email"),
        ({"email": "mia@"}, "INVALID_EMAIL", "email"),
        ({"phone": "0151 23456789"}, "INVALID_PHONE", "phone"),
    ):
        payload = (await gateway.post(LOST, {"input": {"number": "ABCDE-FGHJK", **given}}))["data"]
        assert payload["requestTrackingLink"] == {"accepted": False, "userErrors": [{"code": code, "field": [field]}]}
