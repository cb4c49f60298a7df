"""/track and /sign-in: what the links in messages open, served here, asking nobody else, in both languages."""

import asyncio
import json
import re
from html import unescape
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from pydantic import SecretStr

from domain.policies.words import WORDS as HEADLINES
from domain.ports import Unavailable
from gateway.config import Settings
from gateway.lifecycle.databases import migrated
from gateway.lifecycle.opening import opened
from gateway.pages import DOCUMENTS, FILES, WORDS
from tests.factories import a_payment, an_order
from tests.gateway.served import Gateway, placed, serving, settings_for
from tests.scripted_partner import says, scripted_partner
from tests.simulated_world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("track", "sign-in")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FILES.glob("*.js")}
SAID = re.compile(r"say\(\s*\"(\w+)\"")
SUMMED = re.compile(r"sum\(\"(\w+)\"")


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_and_all_that_it_names_are_served_here(name: str, gateway: Gateway) -> None:
    page = await gateway.http.get(f"/{name}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(named) == 3
    imported = {f"/pages/{found}" for text in SCRIPTS.values() for found in re.findall(r'from "\./([^"]+)"', text)}
    for path in {*named, *imported}:
        assert path.startswith("/pages/")
        assert (await gateway.http.get(path)).status_code == 200
    assert (await gateway.http.get("/pages/wire.js")).headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", PAGES)
async def test_its_policy_lets_it_load_and_ask_nobody_else(name: str, gateway: Gateway) -> None:
    page = await gateway.http.get(f"/{name}")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    sources = set(re.sub(r"[a-z]+-[a-z]+ ", " ", policy.replace(";", " ")).split())
    assert sources == {"'self'", "'none'", f"ws://{gateway.address}", f"wss://{gateway.address}"}
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page.text) == []
    assert "style=" not in page.text
    assert [found for text in SCRIPTS.values() for found in re.findall(r"innerHTML|outerHTML|https?://\w", text)] == []


async def test_the_shop_names_itself_and_cannot_break_the_page(gateway: Gateway) -> None:
    page = (await gateway.http.get("/track")).text
    assert "<header>Alder &amp; Finch</header>" in page
    found = re.search(r'<script id="given" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert not set("<>&'") & set(found.group(1))
    given = json.loads(found.group(1))
    assert (given["shop"], given["words"], given["documents"]) == ("Alder & Finch", WORDS, DOCUMENTS)


@pytest.mark.parametrize(
    ("accepted", "language"), [("de-AT,de;q=0.9,en;q=0.8", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
async def test_it_greets_in_the_language_of_the_browser(accepted: str, language: str, gateway: Gateway) -> None:
    page = (await gateway.http.get("/track", headers={"accept-language": accepted})).text
    assert f'<html lang="{language}">' in page
    assert WORDS[language]["loading"] in unescape(page)


async def test_both_languages_have_every_word_that_is_said_and_no_other() -> None:
    assert set(WORDS) == set(HEADLINES)
    used = {word for text in SCRIPTS.values() for word in (*SAID.findall(text), *SUMMED.findall(text))}
    for words in WORDS.values():
        assert set(words) == used | {"loading", "noScript"}
        assert all(words.values())
    facts = {
        name: {spoken: set(re.findall(r"\{(\w+)\}", words[name])) for spoken, words in WORDS.items()} for name in used
    }
    assert [name for name, found in facts.items() if found["en"] != found["de"]] == []


async def test_what_it_asks_is_what_the_schema_answers() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
    asked = {name for text in SCRIPTS.values() for name in re.findall(r"ask\(\"(\w+)\"|documents\.(\w+)", text)}
    assert {one or other for one, other in asked} == set(DOCUMENTS)
    for document in DOCUMENTS.values():
        assert validate(schema, parse(document)) == []


async def test_the_link_s_token_shows_the_order_and_another_is_over(gateway: Gateway) -> None:
    _, token = await placed(gateway, "shown")
    order = (await gateway.post(DOCUMENTS["Order"], token=token))["data"]["order"]
    assert order["lines"][0]["quantity"] == 1
    assert order["headline"]
    assert order["shippingAddress"]["formatted"][-1] == "Germany"
    german = await gateway.post(DOCUMENTS["Order"], token=token, accept_language="de-DE")
    assert german["data"]["order"]["shippingAddress"]["formatted"][-1] == "Deutschland"
    assert (await gateway.send({"query": DOCUMENTS["Order"]}, token[:-3] + "AAA")).status_code == 401
    async with gateway.socket(token) as socket:
        await socket.subscribe(DOCUMENTS["Follow"])
        assert (await socket.receive())["type"] == "next"


async def test_who_signs_in_by_the_page_sees_their_orders_and_a_link_to_each(gateway: Gateway) -> None:
    _, guest = await placed(gateway, "mine")
    number = (await gateway.post(DOCUMENTS["Order"], token=guest))["data"]["order"]["number"]
    before = len(gateway.mail.messages)
    asked = await gateway.post(DOCUMENTS["AskForLink"], {"email": "mia@example.org"})
    assert asked["data"]["requestSignIn"]["accepted"]
    async with asyncio.timeout(5):
        while len(gateway.mail.messages) == before:
            await asyncio.sleep(0.01)
    link = re.search(r"http://localhost/sign-in#(\S+)", gateway.mail.messages[-1].text)
    assert link is not None
    session = (await gateway.post(DOCUMENTS["SignIn"], {"token": link.group(1)}))["data"]["signIn"]
    assert session["userErrors"] == []
    viewer = (await gateway.post(DOCUMENTS["Mine"], token=session["accessToken"]))["data"]["viewer"]
    mine = next(order for order in viewer["orders"]["nodes"] if order["number"] == number)
    track, _, token = mine["trackingUrl"].partition("#")
    assert track == "http://localhost/track"
    assert (await gateway.post(DOCUMENTS["Order"], token=token))["data"]["order"]["number"] == number
    assert (await gateway.post(DOCUMENTS["SignOut"], token=session["accessToken"]))["data"]["signOut"]["accepted"]


async def test_links_lead_to_the_pages_of_a_shop_that_has_its_own(gateway: Gateway) -> None:
    own = settings_for(storefront_url="https://shop.example/orders/", public_url="https://api.shop.example")
    assert own.links == "https://shop.example/orders"
    assert settings_for(public_url="https://api.shop.example").links == "https://api.shop.example"
    assert "WAYMARK_STOREFRONT_URL" not in Settings().missing()
    async with serving(own) as other:
        for origin, status in (("https://shop.example", 200), ("https://elsewhere.example", 403)):
            answer = await other.send({"query": "{ __typename }"}, origin=origin)
            assert answer.status_code == status


async def test_who_confirms_a_payment_at_the_bank_comes_back_to_the_page(tmp_path: Path) -> None:
    key = SecretStr("a key")
    async with scripted_partner(says(500)) as partner:
        settings = settings_for(
            storefront_url="https://shop.example",
            stripe_base_url=partner.address,
            stripe_key=key,
            warehouse_key=key,
            easypost_key=key,
            folder=tmp_path,
            database_url=f"sqlite:///{tmp_path}/shop.db",
        )
        await migrated(settings)
        async with opened(settings) as ports:
            with pytest.raises(Unavailable):
                await ports.payments["stripe"].authorize("k", a_payment(token="pm_card_visa"), an_order())
    assert partner.asked[0].form["return_url"] == "https://shop.example/track"
