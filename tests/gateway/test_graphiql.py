"""GraphiQL: for development, from this server alone."""

import re

import pytest

from gateway.graphiql import FILES
from tests.gateway.served import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_page_and_all_that_it_names_are_served_here(gateway: Gateway) -> None:
    page = await gateway.http.get("/graphiql/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(named) == 4
    for path in named:
        assert path.startswith("/graphiql/")
        answer = await gateway.http.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))


async def test_its_policy_lets_it_ask_nobody_else(gateway: Gateway) -> None:
    for path in ("/graphiql/", "/graphiql/graphiql.js", "/graphiql/index.html"):
        policy = (await gateway.http.get(path)).headers["content-security-policy"]
        sources = set(re.sub(r"[a-z]+-[a-z]+ ", " ", policy.replace(";", " ")).split())
        host = gateway.address
        assert sources == {"'self'", "'none'", "data:", "'unsafe-inline'", f"ws://{host}", f"wss://{host}"}
        assert policy.startswith("default-src 'self';")
        assert "script-src" not in policy, "scripts as everything else: from here, and none inside the page"


async def test_the_page_has_no_script_of_its_own_inside(gateway: Gateway) -> None:
    page = (await gateway.http.get("/graphiql/")).text
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert "style=" not in page


async def test_the_address_without_a_slash_and_a_browser_at_the_endpoint_are_led_there(gateway: Gateway) -> None:
    for path in ("/graphiql", "/graphql"):
        answer = await gateway.http.get(path, headers={"accept": "text/html,*/*"})
        assert answer.status_code == 307
        assert answer.headers["location"].startswith("/graphiql")


async def test_nothing_beside_the_page_s_folder_is_served(gateway: Gateway) -> None:
    for path in (
        "/graphiql/../graphiql.py",
        "/graphiql/%2e%2e/%2e%2e/config.py",
        "/graphiql//etc/passwd",
        "/graphiql/nothing",
    ):
        assert (await gateway.http.get(path)).status_code == 404


async def test_the_bundle_loads_nothing_and_its_licences_lie_beside_it() -> None:
    style, licences = (FILES / "graphiql.css").read_text(), (FILES / "LICENSES.txt").read_text()
    assert "@import" not in style
    assert all(address.startswith("data:") for address in re.findall(r"url\(([^)]*)", style))
    for package in (
        "graphiql 3.8.3",
        "react 18.3.1",
        "react-dom 18.3.1",
        "graphql-ws 5.16.2",
        "graphql 16.15.0",
        "codemirror 5",
    ):
        assert package in licences
