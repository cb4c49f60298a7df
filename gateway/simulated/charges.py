"""What the simulated provider does with money: authorize, capture, void, refund, each movement written beside it.

Every function here runs inside the transaction of `idempotency.once`, or opens one, and writes nothing when it refuses.
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from gateway.simulated.cards import CARDS, UNKNOWN_CARD
from gateway.simulated.clock import fresh_id
from gateway.simulated.faults import Turn
from gateway.simulated.intents import CHALLENGE_FAILED, error_shown, found, refund_shown, shown, tell
from gateway.simulated.program import Program
from gateway.simulated.wire import Answer, refused

CANCELABLE = ("requires_capture", "requires_action", "requires_payment_method")


def _moved(program: Program, id_: str, key: str | None, kind: str, amount: int) -> None:
    program.ledger.execute(
        "INSERT INTO movements (intent, key, kind, amount, currency, at) "
        "SELECT id, ?, ?, ?, currency, ? FROM intents WHERE id = ?",
        *(key, kind, amount, program.clock.now(), id_),
    )


def create(
    program: Program, turn: Turn, key: str | None, amount: int, currency: str, method: str,
    metadata: Mapping[str, str], return_url: str,
) -> Answer:  # fmt: skip
    """Authorized, declined, or waiting for its challenge; the receiver is owed the news."""
    card = CARDS.get(method, UNKNOWN_CARD)
    fault = turn.strikes("decline", "challenge", "wrong_amount")
    failure = "generic_decline" if fault == "decline" else card.decline
    status = "requires_payment_method" if failure else "requires_capture"
    if failure is None and (card.challenge or fault == "challenge"):
        status = "requires_action"
    held = amount if fault != "wrong_amount" else amount - max(1, amount // 10) or amount + 1
    id_ = fresh_id("pi")
    program.ledger.execute(
        "INSERT INTO intents (id, charge, key, method, currency, asked, amount, status, failure, charged, metadata, "
        "return_url, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(id_, fresh_id("ch"), key, method if method in CARDS else "unknown", currency, amount, held),
        *(status, failure, bool(failure), json.dumps(dict(metadata)), return_url, program.clock.now()),
    )
    if failure:
        intent = tell(program, id_, "payment_intent.payment_failed")
        return Answer(402, {"error": {**(error_shown(failure) or {}), "payment_intent": intent}})
    if status == "requires_action":
        return Answer(200, tell(program, id_, "payment_intent.requires_action"))
    return Answer(200, authorize(program, id_))


def authorize(program: Program, id_: str) -> dict[str, Any]:
    """The whole amount is held; the movement stands under the key that asked for the intent."""
    row = program.ledger.rows(
        "UPDATE intents SET status = 'requires_capture', capturable = amount, charged = 1 WHERE id = ? "
        "RETURNING key, amount",
        id_,
    )[0]
    _moved(program, id_, row["key"], "authorization", row["amount"])
    return tell(program, id_, "payment_intent.amount_capturable_updated")


def settle_challenge(program: Program, id_: str, approved: bool) -> None:
    """Decided once: later decisions change nothing."""
    with program.ledger.transaction():
        if approved and program.ledger.rows("SELECT 1 FROM intents WHERE id = ? AND status = 'requires_action'", id_):
            authorize(program, id_)
        elif not approved and program.ledger.execute(
            "UPDATE intents SET status = 'requires_payment_method', failure = ? "
            "WHERE id = ? AND status = 'requires_action'",
            *(CHALLENGE_FAILED, id_),
        ):
            tell(program, id_, "payment_intent.payment_failed")


def _unexpected_state(program: Program, intent: sqlite3.Row, verb: str) -> Answer:
    message = f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}."
    more = {"code": "payment_intent_unexpected_state", "payment_intent": shown(program, intent)}
    return refused(400, message, **more)


def missing() -> Answer:
    return refused(404, "No such payment_intent", code="resource_missing", param="intent")


def capture(program: Program, id_: str, key: str | None, amount: int | None, final: bool) -> Answer:
    """`amount` (all that is held, if None) is taken; unless more is to follow, the rest is released."""
    before = found(program, id_)
    if before is None:
        return missing()
    if before["status"] != "requires_capture":
        return _unexpected_state(program, before, "captured")
    amount = before["capturable"] if amount is None else amount
    taken = program.ledger.execute(
        "UPDATE intents SET received = received + ?1, capturable = CASE WHEN ?2 THEN 0 ELSE capturable - ?1 END, "
        "status = CASE WHEN ?2 OR capturable = ?1 THEN 'succeeded' ELSE status END "
        "WHERE id = ?3 AND status = 'requires_capture' AND capturable >= ?1",
        *(amount, final, id_),
    )
    if not taken:
        return refused(400, "The amount is greater than what is authorized.", code="amount_too_large")
    _moved(program, id_, key, "capture", amount)
    after = found(program, id_)
    more_to_come = after is not None and after["status"] == "requires_capture"
    news = "amount_capturable_updated" if more_to_come else "succeeded"
    return Answer(200, tell(program, id_, f"payment_intent.{news}"))


def cancel(program: Program, id_: str, key: str | None) -> Answer:
    """What was held is free again. Nothing that was captured can be voided."""
    intent = found(program, id_)
    if intent is None:
        return missing()
    if intent["status"] not in CANCELABLE or intent["received"]:
        return _unexpected_state(program, intent, "canceled")
    program.ledger.execute(
        "UPDATE intents SET status = 'canceled', capturable = 0, canceled = ? WHERE id = ?", program.clock.now(), id_
    )
    if intent["capturable"]:
        _moved(program, id_, key, "void", intent["capturable"])
    return Answer(200, tell(program, id_, "payment_intent.canceled"))


def refund(program: Program, id_: str, key: str | None, amount: int | None) -> Answer:
    """`amount` (all that is left, if None) went back; never more than was captured, whoever asks at once."""
    before = found(program, id_)
    if before is None:
        return missing()
    amount = amount if amount is not None else before["received"] - before["refunded"]
    given_back = amount > 0 and program.ledger.execute(
        "UPDATE intents SET refunded = refunded + ? WHERE id = ? AND refunded + ? <= received", amount, id_, amount
    )
    if not given_back:
        code = "amount_too_large" if before["refunded"] < before["received"] else "charge_already_refunded"
        return refused(400, "Refund amount is greater than unrefunded amount on charge.", code=code)
    id_of_refund = fresh_id("re")
    program.ledger.execute("INSERT INTO refunds VALUES (?, ?, ?, ?)", id_of_refund, id_, amount, program.clock.now())
    _moved(program, id_, key, "refund", amount)
    tell(program, id_, "charge.refunded")
    return Answer(200, refund_shown(program, id_of_refund) or {})
