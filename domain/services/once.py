"""Doing a thing once: the key is claimed in the transaction that does it, so a refusal does not use it up."""

from typing import Any

from domain.model.actors import Actor
from domain.model.errors import ErrorCode, IdempotencyConflict, Refusal, Refused
from domain.policies.card_data import looks_like_card
from domain.policies.eligibility import KEY_LIMIT, is_usable
from domain.services.changing import Writing
from domain.services.digests import digest

DONE = b"[]"


async def done_before(operation: str, command: Any, actor: Actor, writing: Writing) -> str | None:
    """None: the key is this caller's, and the thing is to be done now. Otherwise what it was done to.

    Raises: IdempotencyConflict if the key was used with another input; Refused if it is no key.
    """
    if not is_usable(command.key, KEY_LIMIT):
        text = f"A key has 1 to {KEY_LIMIT} characters of plain text."
        raise Refused(Refusal(ErrorCode.INVALID, text, ("idempotencyKey",)))
    if looks_like_card(command.key):
        raise Refused(Refusal(ErrorCode.CARD_DATA_REFUSED, "Never send card numbers here.", ("idempotencyKey",)))
    same = digest(command)
    now = writing.ports.clock.now()
    stored = await writing.uow.claim_key(
        actor.viewer, operation, command.key, same, now, writing.ports.limits.keep_keys
    )
    if stored is None:
        return None
    if stored.digest != same or stored.subject is None:
        raise IdempotencyConflict
    return stored.subject


async def remember(operation: str, command: Any, actor: Actor, subject: str, writing: Writing) -> None:
    """From now on the key answers with what was done to `subject`."""
    await writing.uow.answer_key(actor.viewer, operation, command.key, subject, DONE)
