"""Payment intents, charges and refunds: their rows in the simulated provider's ledger, and how its API shows them."""

import json
import sqlite3
from typing import Any

from gateway.simulated.cards import CARDS, MESSAGES, UNKNOWN_CARD
from gateway.simulated.clock import fresh_id
from gateway.simulated.program import Program

TABLES = """
CREATE TABLE IF NOT EXISTS intents (
  id TEXT PRIMARY KEY, charge TEXT NOT NULL, key TEXT, method TEXT NOT NULL, currency TEXT NOT NULL,
  asked INTEGER NOT NULL, amount INTEGER NOT NULL, capturable INTEGER NOT NULL DEFAULT 0,
  received INTEGER NOT NULL DEFAULT 0, refunded INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL, failure TEXT,
  charged INTEGER NOT NULL, metadata TEXT NOT NULL, return_url TEXT NOT NULL, created REAL NOT NULL, canceled REAL,
  CONSTRAINT captured_within_authorized CHECK (capturable >= 0 AND received >= 0 AND capturable + received <= amount),
  CONSTRAINT refunded_within_captured CHECK (refunded >= 0 AND refunded <= received)) STRICT;
CREATE TABLE IF NOT EXISTS movements (
  id INTEGER PRIMARY KEY, intent TEXT NOT NULL REFERENCES intents (id), key TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('authorization', 'capture', 'void', 'refund')),
  amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refunds (
  id TEXT PRIMARY KEY, intent TEXT NOT NULL REFERENCES intents (id), amount INTEGER NOT NULL, created REAL NOT NULL
) STRICT;
"""
CHALLENGE_FAILED = "payment_intent_authentication_failure"


def found(program: Program, id_: str) -> sqlite3.Row | None:
    return program.ledger.row("SELECT * FROM intents WHERE id = ?", id_)


def charge_shown(intent: sqlite3.Row) -> dict[str, Any]:
    card = CARDS.get(intent["method"], UNKNOWN_CARD)
    outcome = {"risk_level": card.risk_level, "risk_score": card.risk_score}
    return {
        "id": intent["charge"], "object": "charge", "payment_intent": intent["id"], "currency": intent["currency"],
        "amount": intent["amount"], "amount_captured": intent["received"], "amount_refunded": intent["refunded"],
        "refunded": intent["refunded"] == intent["received"] > 0, "metadata": json.loads(intent["metadata"]),
        "payment_method_details": {"type": "card", "card": {"brand": card.brand, "last4": card.last4}},
        "outcome": outcome, "created": int(intent["created"]), "livemode": False,
    }  # fmt: skip


def error_shown(failure: str | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    if failure == CHALLENGE_FAILED:
        return {"type": "card_error", "code": failure, "message": "The payment could not be authenticated."}
    return {"type": "card_error", "code": "card_declined", "decline_code": failure, "message": MESSAGES[failure]}


def shown(program: Program, intent: sqlite3.Row) -> dict[str, Any]:
    """The intent as Stripe's API writes it, its latest charge expanded."""
    action = None
    if intent["status"] == "requires_action":
        url = f"{program.options.address}/challenge/{intent['id']}"
        redirect = {"url": url, "return_url": intent["return_url"] or None}
        action = {"type": "redirect_to_url", "redirect_to_url": redirect}
    return {
        "id": intent["id"], "object": "payment_intent", "amount": intent["amount"],
        "amount_capturable": intent["capturable"], "amount_received": intent["received"],
        "capture_method": "manual", "created": int(intent["created"]), "currency": intent["currency"],
        "canceled_at": int(intent["canceled"]) if intent["canceled"] else None, "livemode": False,
        "last_payment_error": error_shown(intent["failure"]), "metadata": json.loads(intent["metadata"]),
        "next_action": action, "payment_method": intent["method"], "status": intent["status"],
        "latest_charge": charge_shown(intent) if intent["charged"] else None,
    }  # fmt: skip


def tell(program: Program, id_: str, type_: str) -> dict[str, Any]:
    """The receiver is owed this event; answers the object that it carries."""
    intent = found(program, id_)
    assert intent is not None
    object_ = charge_shown(intent) if type_.startswith("charge.") else shown(program, intent)
    event, now = fresh_id("evt"), int(program.clock.now())
    body = {"id": event, "object": "event", "created": now, "livemode": False, "type": type_}
    program.callbacks.owe(id_, event, {**body, "data": {"object": object_}})
    return object_


def refund_shown(program: Program, id_: str) -> dict[str, Any] | None:
    row = program.ledger.row(
        "SELECT r.*, i.currency, i.charge FROM refunds r JOIN intents i ON i.id = r.intent WHERE r.id = ?", id_
    )
    if row is None:
        return None
    return {
        "id": row["id"], "object": "refund", "amount": row["amount"], "charge": row["charge"],
        "created": int(row["created"]), "currency": row["currency"], "payment_intent": row["intent"],
        "status": "succeeded",
    }  # fmt: skip
