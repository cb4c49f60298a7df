import asyncio
import time

import pytest

from domain.adapters import http
from domain.adapters.http import Answer, Unreadable, ask, open_client, read_message
from domain.ports import Unavailable
from tests.scripted_partner import DRIBBLES, FLOODS, HANGS, RESETS, Turn, says, scripted_partner, sends


async def asked(turn: Turn) -> Answer:
    async with scripted_partner(turn) as partner, open_client() as client:
        return await ask(client, "POST", partner.address + "/x", data={"a": "1"})


@pytest.mark.parametrize("status", [200, 201, 204, 299, 400, 402, 404, 409, 422, 451])
async def test_a_yes_and_a_no_are_answers(status: int) -> None:
    answer = await asked(says(status, b"" if status == 204 else b"{}"))
    assert (answer.status, answer.is_yes) == (status, status < 300)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 408, 425, 429, 500, 502, 503, 504, 599])
async def test_whatever_is_neither_leaves_it_open(status: int) -> None:
    with pytest.raises(Unavailable, match=str(status)):
        await asked(says(status, b"{}", location="http://127.0.0.1:1/elsewhere"))


async def test_no_redirect_is_followed() -> None:
    async with scripted_partner(says(200, b"{}")) as elsewhere:
        async with scripted_partner(says(307, location=elsewhere.address)) as partner, open_client() as client:
            with pytest.raises(Unavailable):
                await ask(client, "GET", partner.address)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "turn",
    [
        RESETS,
        sends(b""),
        sends(b"\x00\xff nonsense\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort"),
        sends(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        sends(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"),
        sends(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000),
    ],
)
async def test_a_broken_connection_or_answer_leaves_it_open(turn: Turn) -> None:
    with pytest.raises(Unavailable):
        await asked(turn)


async def test_nobody_there_leaves_it_open() -> None:
    async with open_client() as client:
        with pytest.raises(Unavailable, match="ConnectError"):
            await ask(client, "GET", "http://127.0.0.1:1/")


@pytest.mark.parametrize("turn", [HANGS, DRIBBLES])
async def test_no_wait_is_longer_than_the_deadline(turn: Turn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DEADLINE", 0.3)
    start = time.monotonic()
    with pytest.raises(Unavailable):
        await asked(turn)
    assert time.monotonic() - start < 5


async def test_an_answer_without_end_is_cut_off() -> None:
    with pytest.raises(Unavailable, match="without end"):
        await asked(FLOODS)


async def test_a_caller_that_gives_up_leaves_no_connection_behind() -> None:
    async with scripted_partner(HANGS, says(200, b"{}")) as partner, open_client() as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await ask(client, "GET", partner.address)
        assert (await ask(client, "GET", partner.address)).status == 200


async def test_connections_are_kept_for_the_next_question() -> None:
    async with scripted_partner(says(200, b"{}")) as partner, open_client() as client:
        for _ in range(3):
            await ask(client, "GET", partner.address)
        assert len(partner.asked) == 3


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"a": 1', b'{"a": "1"}', b"\xff"])
def test_an_unreadable_yes_leaves_it_open_and_an_unreadable_message_is_said_to_be(body: bytes) -> None:
    with pytest.raises(Unavailable):
        Answer(200, body).read(dict[str, int])
    with pytest.raises(Unreadable):
        read_message(body, dict[str, int])
