"""Which pages may call."""

import pytest

from gateway.origins import Origins

SHOP = Origins(("https://shop.example", "http://old.example:8080"), "https://track.example", any_loopback=False)
DEVELOPMENT = Origins((), "http://127.0.0.1:8000", any_loopback=True)


@pytest.mark.parametrize(
    "origin",
    [None, "https://shop.example", "https://shop.example:443", "http://old.example:8080", "https://track.example",
     "HTTPS://SHOP.example"],
)  # fmt: skip
def test_listed_pages_our_own_and_no_page_at_all_may_call(origin: str | None) -> None:
    assert SHOP.allow(origin)


@pytest.mark.parametrize(
    "origin",
    ["http://shop.example", "https://shop.example:8443", "https://evil.example", "https://shop.example.evil.example",
     "https://evil.example/https://shop.example", "null", "", "https://", "https://[", "file://", "http://localhost:3000",
     "https://shop.example@evil.example"],
)  # fmt: skip
def test_all_others_may_not(origin: str) -> None:
    assert not SHOP.allow(origin)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://localhost:3000", True), ("https://localhost", True), ("http://127.0.0.1:5173", True),
     ("http://[::1]:9999", True), ("http://localhost.evil.example", False), ("http://127.0.0.1.evil.example", False),
     ("http://evil.example:3000", False), ("null", False)],
)  # fmt: skip
def test_development_takes_pages_of_this_machine_on_any_port(origin: str, allowed: bool) -> None:
    assert DEVELOPMENT.allow(origin) is allowed


def test_a_star_means_everybody() -> None:
    assert Origins(("*",), "https://track.example", any_loopback=False).allow("null")
