"""/graphql over HTTP: one operation a POST, and a coded no for everything else."""

import asyncio
import json
from typing import Any

import pytest
from graphql import GraphQLError

from domain.services import orders
from gateway import logs
from gateway.config import Mode
from tests.gateway.served import PLACE, Gateway, an_order, placed, serving, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = "{ products(first: 1) { nodes { sku } } }"


def code_of(answer: dict[str, Any]) -> str:
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    return code


async def test_an_operation_is_answered_with_an_id_and_headers_that_browsers_heed(gateway: Gateway) -> None:
    answer = await gateway.send({"query": PRODUCTS})
    assert answer.json() == {"data": {"products": {"nodes": [{"sku": "TEE-M"}]}}}
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


# ---------------------------------------------------------------- bodies

MALFORMED = {
    "an integer without end": b"9" * 5000,
    "nested without end": b"[" * 100_000,
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a text": b'"x"',
    "nothing": b"",
    "broken UTF-8": b'{"query": "\xff"}',
    "a lone surrogate": b'{"query": "{ a(b: \\"\\ud800\\") }"}',
    "not a number": b'{"query": "{a}", "variables": {"a": NaN}}',
    "a list of operations": json.dumps([{"query": PRODUCTS}] * 2).encode(),
    "an empty list": b"[]",
    "no query": b"{}",
    "an empty query": b'{"query": ""}',
    "a query that is no text": b'{"query": {"a": 1}}',
    "variables that are no object": json.dumps({"query": PRODUCTS, "variables": [1]}).encode(),
    "extensions that are no object": json.dumps({"query": PRODUCTS, "extensions": "x"}).encode(),
    "an operation name that is no text": json.dumps({"query": PRODUCTS, "operationName": {}}).encode(),
    "variables nested too deeply": b'{"query": "{a}", "variables": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}",
    "variables with an integer without end": b'{"query": "{a}", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "an operation that is not there": json.dumps(
        {"query": "query A { node(id: 1) { id } }", "operationName": "B"}
    ).encode(),
    "no operation at all": json.dumps({"query": "fragment F on Query { viewer { kind } }"}).encode(),
    "a subscription": json.dumps({"query": "subscription { trackOrder { sequence } }"}).encode(),
}


@pytest.mark.parametrize("what", MALFORMED)
async def test_a_malformed_body_is_a_bad_request_never_a_fault(what: str, gateway: Gateway) -> None:
    answer = await gateway.send(MALFORMED[what])
    assert answer.status_code == 400
    assert code_of(answer.json()) == "BAD_REQUEST"


REFUSED_DOCUMENTS = {
    "syntax": "{ products(",
    "an unknown field": "{ produkts { nodes { sku } } }",
    "too many tokens": "{ " + "products { nodes { sku } } " * 400 + "}",
    "too many comments": "#\n" * 300 + PRODUCTS,
    "too long": PRODUCTS + " " * 70_000,
    "nested without end": "{" * 500 + "}" * 500,
    "a fragment in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a variable that is not given": "query($id: ID!) { node(id: $id) { id } }",
    "several operations and none of them named": "query A { __typename } query B { __typename }",
    "an integer that is none": "query { products(first: 99999999999) { nodes { sku } } }",
}


@pytest.mark.parametrize("what", REFUSED_DOCUMENTS)
async def test_a_document_that_is_refused_has_a_code(what: str, gateway: Gateway) -> None:
    answer = await gateway.post(REFUSED_DOCUMENTS[what])
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}
    assert not answer.get("data")


async def test_of_several_operations_the_named_one_is_carried_out(gateway: Gateway) -> None:
    document = "query A { viewer { kind } } query B { __typename }"
    answer = await gateway.send({"query": document, "operationName": "B"})
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_document_is_refused_the_second_time_as_the_first(gateway: Gateway) -> None:
    document = "{ produkts { nodes { sku } } }"
    assert await gateway.post(document) == await gateway.post(document)


async def test_nothing_is_suggested_to_whoever_guesses(gateway: Gateway) -> None:
    for guess in ("{ product { sku } }", "{ produkts { nodes { sku } } }", "{ products(frist: 1) { nodes { sku } } }"):
        answer = await gateway.post(guess)
        assert "Did you mean" not in json.dumps(answer)


@pytest.mark.parametrize("word", ["a\x00b", "\x1b[2J"])
async def test_what_no_store_can_look_for_is_a_bad_request(word: str, gateway: Gateway) -> None:
    asked = {
        "query": "query Q($words: String) { products(query: $words) { nodes { sku } } }",
        "variables": {"words": word},
    }
    assert code_of((await gateway.send(asked)).json()) == "BAD_REQUEST"
    quoted = json.dumps(word)
    asked = {"query": f"{{ product(sku: {quoted}) {{ sku }} }}"}
    assert code_of((await gateway.send(asked)).json()) == "BAD_REQUEST"


async def test_digits_that_may_be_a_card_s_are_not_quoted(gateway: Gateway) -> None:
    card = "4242 4242 4242 4242"
    answer = await gateway.post("query($n: Int) { products(first: $n) { nodes { sku } } }", {"n": card})
    assert code_of(answer) == "BAD_REQUEST"
    assert "4242" not in json.dumps(answer)


async def test_a_large_body_is_refused_by_its_claim_and_by_its_size(gateway: Gateway) -> None:
    most = 256 * 1024
    for head, body in (
        (f"content-length: {most + 1}", b""),
        ("transfer-encoding: chunked", b"%x\r\n%b\r\n" % (most + 1, b" " * (most + 1))),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.settings.port)
        writer.write(f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{head}\r\n\r\n".encode())
        writer.write(body)
        answer = await asyncio.wait_for(reader.read(), 10)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b'"code":"BAD_REQUEST"' in answer
        writer.close()


# ---------------------------------------------------------------- methods, types, origins


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_operations_come_by_post_only(method: str, gateway: Gateway) -> None:
    answer = await gateway.http.request(method, "/graphql", params={"query": PRODUCTS})
    assert (answer.status_code, code_of(answer.json())) == (405, "BAD_REQUEST")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", "application/graphql",
        "multipart/form-data; boundary=x", "application/jsonx", "application/json5", "text/json", "json", "*/*", "",
        "application/json; charset=utf-16",
    ],
)  # fmt: skip
async def test_a_body_is_json_and_says_so(kind: str, gateway: Gateway) -> None:
    answer = await gateway.send({"query": PRODUCTS}, content_type=kind)
    assert (answer.status_code, code_of(answer.json())) == (415, "BAD_REQUEST")


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"']
)
async def test_json_may_be_spelled_as_people_do(kind: str, gateway: Gateway) -> None:
    assert (await gateway.send({"query": PRODUCTS}, content_type=kind)).status_code == 200


async def test_a_page_of_another_origin_may_not_call(gateway: Gateway) -> None:
    for origin in ("https://evil.example", "null", f"http://{gateway.address}.evil.example"):
        answer = await gateway.send({"query": PRODUCTS}, origin=origin)
        assert (answer.status_code, code_of(answer.json())) == (403, "FORBIDDEN")
        assert "access-control-allow-origin" not in answer.headers
        asked = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        preflight = await gateway.http.options("/graphql", headers=asked)
        assert preflight.status_code == 400
        assert "access-control-allow-origin" not in preflight.headers


async def test_a_page_of_this_machine_may_call_in_development(gateway: Gateway) -> None:
    for origin in ("http://localhost:5173", "http://127.0.0.1:3000"):
        answer = await gateway.send({"query": PRODUCTS}, origin=origin)
        assert answer.headers["access-control-allow-origin"] == origin
        asked = {
            "origin": origin, "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }  # fmt: skip
        preflight = await gateway.http.options("/graphql", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == origin


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer a.b.c", "Basic dXNlcjpwdw==", "Bearer"])
async def test_a_token_that_is_none_is_refused_before_anything_is_done(header: str, gateway: Gateway) -> None:
    answer = await gateway.send({"query": PRODUCTS}, authorization=header)
    assert (answer.status_code, code_of(answer.json())) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_session_and_a_link_say_who_asks(gateway: Gateway) -> None:
    viewer = "{ viewer { kind } }"
    assert (await gateway.post(viewer))["data"]["viewer"] is None
    assert (await gateway.post(viewer, token=gateway.staff()))["data"]["viewer"] == {"kind": "STAFF"}
    order, token = await placed(gateway, "key-viewer")
    assert (await gateway.post(viewer, token=token))["data"]["viewer"] == {"kind": "GUEST"}
    assert (await gateway.post("{ order { id } }", token=token))["data"]["order"] == {"id": order}


# ---------------------------------------------------------------- faults


async def test_a_fault_is_masked_and_named_by_the_request_s_id(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the password is hunter2, canary@example.org")

    monkeypatch.setattr(orders, "place_order", broken)
    answer = await gateway.send({"query": PLACE, "variables": an_order("key-broken")})
    (error,) = answer.json()["errors"]
    assert error["message"] == "Unexpected error"
    assert error["path"] == ["placeOrder"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": answer.headers["x-request-id"]}


async def test_an_operation_that_goes_wrong_a_hundred_times_is_one_line_in_the_log(
    gateway: Gateway, own_logging: None, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    capfd.readouterr()
    fields = " ".join(f'a{number}: node(id: "canary{number}") {{ id }}' for number in range(99))
    refused = await gateway.post("{ " + fields + " }")
    skipped = await gateway.post("{ " + " ".join(f"a{number}: __typename @skip" for number in range(99)) + " }")
    assert (len(refused["errors"]), len(skipped["errors"])) == (99, 99)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["an operation was refused"] * 2
    assert all(len(json.dumps(line)) < 400 and "canary" not in json.dumps(line) for line in lines)


async def test_an_output_that_cannot_be_written_is_a_fault_too_and_quotes_nothing(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise GraphQLError("Int cannot represent value: canary@example.org")

    monkeypatch.setattr("resolvers.context.RequestContext.renew", refuse)
    answer = await gateway.send({"query": PLACE, "variables": an_order("key-output")})
    (error,) = answer.json()["errors"]
    assert error["message"] == "Unexpected error"
    assert "canary" not in answer.text


# ---------------------------------------------------------------- production


async def test_production_has_no_introspection_no_graphiql_and_no_pages_of_this_machine() -> None:
    settings = settings_for(
        mode=Mode.PRODUCTION, public_url="https://track.example", allowed_origins=("https://shop.example",)
    )
    async with serving(settings) as gateway:
        for query in ("{ __schema { queryType { name } } }", '{ __type(name: "Order") { name } }'):
            answer = await gateway.post(query)
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}
        assert (await gateway.post("{ __typename }"))["data"] == {"__typename": "Query"}
        for path in ("/graphiql", "/graphiql/", "/graphiql/index.html"):
            page = await gateway.http.get(path)
            assert (page.status_code, code_of(page.json())) == (404, "NOT_FOUND")
        assert (await gateway.http.get("/graphql", headers={"accept": "text/html"})).status_code == 405
        assert (await gateway.send({"query": PRODUCTS}, origin="http://localhost:3000")).status_code == 403
        assert (await gateway.send({"query": PRODUCTS}, origin=f"http://{gateway.address}")).status_code == 403
        for origin in ("https://shop.example", "https://track.example"):
            allowed = await gateway.send({"query": PRODUCTS}, origin=origin)
            assert allowed.headers["access-control-allow-origin"] == origin


async def test_development_explains_its_schema(gateway: Gateway) -> None:
    answer = await gateway.post("{ __schema { queryType { name } } }")
    assert answer["data"] == {"__schema": {"queryType": {"name": "Query"}}}
