"""Where a request comes from: the peer, unless proxies of ours stand in front."""

import pytest
from starlette.requests import HTTPConnection

from gateway.clients import client_ip, is_loopback, network


def seen_as(peer: str | None, *forwarded: str, trusted: int = 0) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "headers": headers, "client": (peer, 40000) if peer else None}
    return client_ip(HTTPConnection(scope), trusted)


@pytest.mark.parametrize(
    "spoof",
    [
        ("1.1.1.1",), ("1.1.1.1, 2.2.2.2",), ("1.1.1.1", "2.2.2.2"), ("",), ("unknown, _hidden",), ("::1",),
        ("127.0.0.1",), (",,,",),
    ],
)  # fmt: skip
def test_without_proxies_of_ours_the_peer_it_is_whatever_the_header_says(spoof: tuple[str, ...]) -> None:
    assert seen_as("203.0.113.9", *spoof) == "203.0.113.9"


def test_one_proxy_is_believed_about_whom_it_saw_and_nothing_else() -> None:
    assert seen_as("10.0.0.1", "1.1.1.1, 203.0.113.9", trusted=1) == "203.0.113.9"
    assert seen_as("10.0.0.1", "1.1.1.1", "203.0.113.9", trusted=1) == "203.0.113.9"


def test_with_two_proxies_the_outer_one_s_word_counts() -> None:
    assert seen_as("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", trusted=2) == "203.0.113.9"


@pytest.mark.parametrize("broken", ["", "unknown", "999.1.1.1", "<script>"])
def test_a_proxy_that_says_nothing_of_use_is_itself_the_client(broken: str) -> None:
    assert seen_as("10.0.0.1", broken, trusted=1) == "10.0.0.1"


def test_a_peer_that_has_no_address_is_nobody() -> None:
    assert seen_as(None) == "0.0.0.0"
    assert seen_as("testclient") == "0.0.0.0"


def test_a_household_of_ipv6_counts_as_one_and_ipv4_inside_ipv6_as_ipv4() -> None:
    assert network(seen_as("2001:db8:1:2:aaaa::1")) == network(seen_as("2001:db8:1:2:ffff::9"))
    assert network(seen_as("2001:db8:1:2::1")) != network(seen_as("2001:db8:1:3::1"))
    assert network(seen_as("::ffff:203.0.113.9")) == "203.0.113.9"
    assert seen_as("fe80::1%eth0") == "fe80::1"


def test_loopback_is_known_in_both_worlds() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("203.0.113.9")
