"""The journal as a chain of hashes: each row's hash covers every column of it, and the hash of the row before.

`seals` holds a short digest of each column beside that, in the order of COLUMNS, so that a verifier can not only say
that a row was changed but name the column.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from domain.adapters.sql.codec import decode_data, encode_data, micros, moment
from domain.adapters.sql.statements import Row
from domain.model.actors import ActorKind, ActorRef
from domain.model.events import Event

COLUMNS: Final = (
    "order_id",
    "sequence",
    "type",
    "format",
    "actor_kind",
    "actor_name",
    "occurred_at",
    "recorded_at",
    "public",
    "data",
)
PERSONAL_COLUMNS: Final = ("id", "order_id", "salt", "body")
SEAL: Final = 4


def genesis(order_id: str) -> bytes:
    """What stands in place of a hash before the first event."""
    return sha256(b"waymark journal 1\0" + _plain(order_id)).digest()


def event_row(event: Event, before: bytes) -> dict[str, Any]:
    """All columns of the event's row, chained to the hash `before` it."""
    row: dict[str, Any] = {
        "order_id": event.order_id,
        "sequence": event.sequence,
        "type": event.data.type,
        "format": event.format,
        "actor_kind": event.actor.kind.value,
        "actor_name": event.actor.name,
        "occurred_at": micros(event.occurred_at),
        "recorded_at": micros(event.recorded_at),
        "public": event.public,
        "data": encode_data(event.data),
    }
    plain = [canonical(row[name]) for name in COLUMNS]
    row["hash"] = chained(before, plain)
    row["seals"] = sealed(plain)
    return row


def row_event(row: Row) -> Event:
    """Raises: Unreadable."""
    return Event(
        order_id=row["order_id"],
        sequence=row["sequence"],
        data=decode_data(row["type"], row["format"], row["data"]),
        actor=ActorRef(ActorKind(row["actor_kind"]), row["actor_name"]),
        occurred_at=moment(row["occurred_at"]),
        recorded_at=moment(row["recorded_at"]),
        format=row["format"],
        hash=row["hash"].hex(),
    )


def chained(before: bytes, plain: Sequence[bytes]) -> bytes:
    """The hash of a row whose columns, made canonical, are `plain`. Lengths keep neighbors apart."""
    digest = sha256(before)
    for column in plain:
        digest.update(len(column).to_bytes(4, "big"))
        digest.update(column)
    return digest.digest()


def sealed(plain: Sequence[bytes]) -> bytes:
    return b"".join(sha256(column).digest()[:SEAL] for column in plain)


def canonical(value: object) -> bytes:
    """The same bytes for the same value on every database; a letter for the kind, so that '1' is not 1."""
    if isinstance(value, bytes):
        return b"b" + value
    if isinstance(value, str):
        return b"t" + _plain(value)
    if value is None:
        return b"n"
    if isinstance(value, int):  # SQLite's true is 1
        return b"i%d" % value
    return b"?" + _plain(repr(value))


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")  # what a damaged file holds may not be UTF-8
