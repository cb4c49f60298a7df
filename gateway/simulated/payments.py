"""Simulated payment provider: a subset of Stripe's API with manual capture, for development and tests.

No money moves. Known card tokens are in `cards.py`; any other is declined. Requests are forms with a bearer key, each
POST idempotent under its Idempotency-Key. `charge.refunded` carries a charge, every other event a payment intent, and
both carry the intent's metadata. A capture ends the intent unless `final_capture=false` says that more will follow.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.simulated import charges, intents
from gateway.simulated.callbacks import stripe_signature
from gateway.simulated.controls import page
from gateway.simulated.idempotency import once
from gateway.simulated.program import Kind, Program
from gateway.simulated.wire import Answer, Refused, check_key, form, idempotency_key, refused, text, whole


def _metadata(fields: dict[str, str]) -> dict[str, str]:
    found = {name[9:-1]: value for name, value in fields.items() if name.startswith("metadata[") and name[-1] == "]"}
    if len(found) > 50 or any(len(value) > 500 for value in found.values()):
        raise Refused(400, "metadata has at most 50 values of 500 characters", param="metadata")
    return found


def _return_url(fields: dict[str, str]) -> str:
    url = fields.get("return_url", "")
    if url and not url.startswith(("http://", "https://")):
        raise Refused(400, "return_url must be an http address", param="return_url")
    return url


def _currency(fields: dict[str, str]) -> str:
    currency = text(fields, "currency", limit=3).lower()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise Refused(400, "currency must be three letters", param="currency")
    return currency


def payment_routes(program: Program) -> list[BaseRoute]:
    key = program.options.key

    async def create(request: Request) -> Response:
        check_key(request, key)
        fields = await form(request)
        if fields.get("confirm") != "true" or fields.get("capture_method") != "manual":
            raise Refused(400, "this simulation knows only confirm=true with capture_method=manual")
        amount, currency = whole(fields, "amount"), _currency(fields)
        method, metadata, back = text(fields, "payment_method", limit=255), _metadata(fields), _return_url(fields)
        asked, turn = idempotency_key(request), request.state.turn
        answer = once(
            program, asked, request.url.path, fields,
            lambda: charges.create(program, turn, asked, amount, currency, method, metadata, back),
        )  # fmt: skip
        return answer.response()

    async def show(request: Request) -> Response:
        check_key(request, key)
        intent = intents.found(program, request.path_params["id"])
        return (charges.missing() if intent is None else Answer(200, intents.shown(program, intent))).response()

    async def capture(request: Request) -> Response:
        check_key(request, key)
        fields, asked, id_ = await form(request), idempotency_key(request), request.path_params["id"]
        amount = whole(fields, "amount_to_capture") if "amount_to_capture" in fields else None
        final = fields.get("final_capture") != "false"
        work = lambda: charges.capture(program, id_, asked, amount, final)  # noqa: E731 - one line beside its use
        return once(program, asked, request.url.path, fields, work).response()

    async def cancel(request: Request) -> Response:
        check_key(request, key)
        fields, asked, id_ = await form(request), idempotency_key(request), request.path_params["id"]
        work = lambda: charges.cancel(program, id_, asked)  # noqa: E731 - one line beside its use
        return once(program, asked, request.url.path, fields, work).response()

    async def refund(request: Request) -> Response:
        check_key(request, key)
        fields, asked = await form(request), idempotency_key(request)
        id_ = text(fields, "payment_intent", limit=255)
        amount = whole(fields, "amount") if "amount" in fields else None
        work = lambda: charges.refund(program, id_, asked, amount)  # noqa: E731 - one line beside its use
        return once(program, asked, request.url.path, fields, work).response()

    async def show_refund(request: Request) -> Response:
        check_key(request, key)
        found = intents.refund_shown(program, request.path_params["id"])
        return (Answer(200, found) if found else refused(404, "No such refund", code="resource_missing")).response()

    async def challenge(request: Request) -> Response:
        """The page to which a customer is sent; no key, because it is opened in a browser."""
        intent = intents.found(program, request.path_params["id"])
        if intent is None:
            return page("Payment not found", "<p>There is no such payment.</p>", 404)
        if request.method == "POST":
            outcome = (await form(request)).get("outcome")
            if outcome not in ("approve", "fail"):
                raise Refused(400, "outcome is approve or fail", param="outcome")
            charges.settle_challenge(program, intent["id"], outcome == "approve")
            return RedirectResponse(intent["return_url"] or request.url.path, 303)
        if intent["status"] != "requires_action":
            approved = intent["status"] in ("requires_capture", "succeeded")
            return page("Payment " + ("confirmed" if approved else "not confirmed"), "<p>You may close this page.</p>")
        amount = f"{intent['amount']} minor units of {escape(intent['currency'].upper())}"
        button = '<button name="outcome" value="{}">{}</button>'
        buttons = button.format("approve", "Approve") + button.format("fail", "Fail")
        return page("Confirm your payment", f"<p>{amount}</p><form method=post>{buttons}</form>")

    return [
        Route("/v1/payment_intents", create, methods=["POST"]),
        Route("/v1/payment_intents/{id}", show),
        Route("/v1/payment_intents/{id}/capture", capture, methods=["POST"]),
        Route("/v1/payment_intents/{id}/cancel", cancel, methods=["POST"]),
        Route("/v1/refunds", refund, methods=["POST"]),
        Route("/v1/refunds/{id}", show_refund),
        Route("/challenge/{id}", challenge, methods=["GET", "POST"]),
    ]


def _nothing_planned(program: Program, object_: str, name: str, body: str, due: float) -> None:
    raise AssertionError("a payment provider does nothing by itself")


PAYMENTS = Kind(
    name="payments",
    title="Simulated payment provider",
    tables=intents.TABLES,
    doors=("/v1/",),
    signer=stripe_signature,
    routes=payment_routes,
    perform=_nothing_planned,
    own_faults={
        "decline": "a new payment is declined",
        "challenge": "a new payment must be confirmed by its payer first",
        "wrong_amount": "another amount is authorized than was asked for",
    },
    usual_faults={},
    patience=5.0,
)
