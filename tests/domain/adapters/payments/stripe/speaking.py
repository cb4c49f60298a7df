"""An order, its payment, and what Stripe says of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.adapters.http import open_client
from domain.adapters.payments.stripe import StripePayments
from domain.model.reports import PaymentReport
from tests.factories import a_payment, an_order
from tests.scripted_partner import ScriptedPartner, Turn, scripted_partner

DATA = Path(__file__).parents[4] / "data"
ORDER = an_order()
PAYMENT = a_payment()
HELD = replace(PAYMENT, reference="pi_1", authorized=1999)


def intent(**changes: Any) -> dict[str, Any]:
    """As Stripe shows one that holds what was asked for."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 1999,
        "amount_capturable": 1999,
        "amount_received": 0,
        "currency": "eur",
        "status": "requires_capture",
        "next_action": None,
        "latest_charge": None,
        **changes,
    }


async def authorized(*turns: Turn) -> tuple[PaymentReport, ScriptedPartner]:
    async with scripted_partner(*turns) as partner, open_client() as client:
        stripe = StripePayments(partner.address + "/", "sk_1", client, "https://shop.example/back")
        return await stripe.authorize("the key", PAYMENT, ORDER), partner
