"""Partners that say yes at once and keep nothing: a payment provider, a warehouse and a carrier in one small app.

Both sides of a benchmark call it, so that neither is measured by how fast a partner is.
"""

import itertools

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_count = itertools.count(1)


async def authorize(request: Request) -> Response:
    """Any card is good for any amount."""
    fields = dict(pair.split("=", 1) for pair in (await request.body()).decode().split("&"))
    number = next(_count)
    charge = {
        "id": f"ch_{number}",
        "object": "charge",
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        "outcome": {"risk_level": "normal", "risk_score": 5},
    }
    amount = int(fields["amount"])
    return JSONResponse(
        {
            "id": f"pi_{number}",
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": amount,
            "amount_received": 0,
            "currency": fields["currency"],
            "status": "requires_capture",
            "capture_method": "manual",
            "metadata": {},
            "next_action": None,
            "latest_charge": charge,
        }
    )


async def take(request: Request) -> Response:
    body = await request.json()
    return JSONResponse({"id": "fo_1", "status": "accepted", "reference": body["reference"]}, 201)


app = Starlette(
    routes=[
        Route("/v1/payment_intents", authorize, methods=["POST"]),
        Route("/fulfillment-orders", take, methods=["POST"]),
    ]
)
