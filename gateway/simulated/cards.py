"""The card tokens that the simulated payment provider knows, by Stripe's own test names, and what becomes of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """`decline` is Stripe's decline_code, None when approved; a `challenge` must be passed before approval."""

    brand: str
    last4: str
    decline: str | None = None
    challenge: bool = False
    risk_level: str = "normal"
    risk_score: int = 12


CARDS = {
    "pm_card_visa": Card("visa", "4242"),
    "pm_card_mastercard": Card("mastercard", "4444"),
    "pm_card_chargeDeclined": Card("visa", "0002", decline="generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": Card("visa", "9995", decline="insufficient_funds"),
    "pm_card_authenticationRequired": Card("visa", "3184", challenge=True),
    "pm_card_riskLevelElevated": Card("visa", "9235", risk_level="elevated", risk_score=75),
}
# Whatever else is sent is declined, and not kept: it might be a card number.
UNKNOWN_CARD = Card("unknown", "0000", decline="invalid token")

MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "invalid token": "Your card was declined: this provider does not know the token.",
}
