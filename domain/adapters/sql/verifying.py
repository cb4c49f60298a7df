"""One order checked against everything that is stored of it: its chain, its personal rows, its snapshot, its columns.

Nothing in here trusts a row: whatever does not decode is a finding, never a failure of the check.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

import msgspec

from domain.adapters.personals import open_body, row_digest
from domain.adapters.sql.codec import SNAPSHOT_FORMAT, decode_order
from domain.adapters.sql.comparing import differences
from domain.adapters.sql.journal import (
    COLUMNS,
    PERSONAL_COLUMNS,
    SEAL,
    canonical,
    chained,
    genesis,
    row_event,
    sealed,
)
from domain.adapters.sql.saving import columns
from domain.adapters.sql.statements import Row
from domain.model.events import EventData
from domain.model.fold import fold
from domain.model.orders import Order, PersonalRef

MOST_MISSING = 100
"""More than so many in one gap are not named one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored is not what was written. `sequence` is None for the snapshot and what stands beside it;
    `order_id` is empty for damage that cannot be told of one order.
    """

    order_id: str
    number: str
    sequence: int | None
    field: str
    problem: str

    def __str__(self) -> str:
        if not self.order_id:
            return f"{self.field}: {self.problem}"
        where = "snapshot" if self.sequence is None else f"event {self.sequence}"
        return f"order {self.number or '?'} ({self.order_id}), {where}, {self.field}: {self.problem}"


@dataclass(slots=True)
class Stored:
    """All rows that name one order, by sequence where they have one."""

    order_id: str
    orders: Sequence[Row] = ()
    journal: Sequence[Row] = ()
    personal: Sequence[Row] = ()


@dataclass(slots=True)
class _Journal:
    """What the journal says: `order` is None as soon as any of it cannot be trusted."""

    order: Order | None = None
    sound: bool = True
    head: object = None
    named: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Personal rows by id: the event that names it, and the digest that it gives."""


def verify(stored: Stored) -> Iterator[Finding]:
    """Everything that is wrong with this order."""
    number = _printable(_text(stored.orders[0]["number"])) if stored.orders else ""

    def finding(sequence: int | None, column: str, problem: str) -> Finding:
        return Finding(_printable(stored.order_id), number, sequence, column, problem)

    journal = _Journal()
    for sequence, column, problem in _verified_chain(stored, journal):
        journal.sound = False
        yield finding(sequence, column, problem)
    for sequence, column, problem in _verified_personal(stored.personal, journal):
        yield finding(sequence, column, problem)
    if not stored.orders:
        for row in stored.journal:
            yield finding(_whole(row["sequence"]), "order_id", "there is no such order")
    for row in stored.orders:
        for column, problem in _verified_snapshot(row, journal):
            yield finding(None, column, problem)


# ------------------------------------------------------------------ the chain


def _verified_chain(stored: Stored, journal: _Journal) -> Iterator[tuple[int | None, str, str]]:
    before: set[bytes] = {genesis(stored.order_id)}
    expected = 1
    for row in stored.journal:
        sequence = _whole(row["sequence"])
        if sequence is None or sequence < expected:
            yield sequence, "sequence", "is no place in the journal"
            continue
        for missing in range(expected, min(sequence, expected + MOST_MISSING)):
            yield missing, "sequence", "this event is missing"
        if sequence > expected:
            before = set()  # nobody knows the hash of what is missing
        plain = [canonical(row[name]) for name in COLUMNS]
        changed = _changed(COLUMNS, plain, row["seals"])
        after = {chained(one, plain) for one in before}
        if before and row["hash"] not in after:
            for column in changed or ["hash"]:
                yield sequence, column, "was changed"
        elif changed:
            yield from ((sequence, column, "was changed") for column in (changed if not before else ["seals"]))
        else:
            yield from _folded(row, sequence, journal)
        # A changed row breaks its own link only: the next one hangs on what was written, or on what should have been.
        before = after | ({row["hash"]} if isinstance(row["hash"], bytes) else set())
        journal.head = row["hash"]
        expected = sequence + 1
    for row in stored.orders:
        snapshot, _ = _snapshot(row["doc"])
        if snapshot is not None and snapshot.version == row["version"]:
            for missing in range(expected, min(snapshot.version + 1, expected + MOST_MISSING)):
                yield missing, "sequence", "this event is missing"


def _folded(row: Row, sequence: int, journal: _Journal) -> Iterator[tuple[int, str, str]]:
    try:
        event = row_event(row)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        yield sequence, "data", f"cannot be read: {error}"
        return
    for ref in _personal_refs(event.data):
        journal.named[ref.id] = sequence, ref.digest
    if not journal.sound:
        return
    try:
        journal.order = fold(journal.order, event)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        yield sequence, "data", f"does not follow from what was before: {error}"


def _personal_refs(data: EventData) -> Iterator[PersonalRef]:
    for one in fields(data):
        value = getattr(data, one.name)
        if isinstance(value, PersonalRef):
            yield value


def _changed(names: Sequence[str], plain: Sequence[bytes], seals: object) -> list[str]:
    """The columns whose seal does not fit."""
    if not isinstance(seals, bytes) or len(seals) != SEAL * len(names):
        return ["seals"]
    fresh = sealed(plain)
    places = range(0, len(fresh), SEAL)
    return [name for name, at in zip(names, places, strict=True) if fresh[at : at + SEAL] != seals[at : at + SEAL]]


# ------------------------------------------------------------------ personal rows


def _verified_personal(rows: Sequence[Row], journal: _Journal) -> Iterator[tuple[int | None, str, str]]:
    """A row that is gone was erased: that is nobody's fault."""
    for row in rows:
        changed = _changed(PERSONAL_COLUMNS, [canonical(row[name]) for name in PERSONAL_COLUMNS], row["seals"])
        sequence, digest = journal.named.get(_text(row["id"]), (None, None))
        if digest is None:
            if changed or journal.sound:
                yield from ((None, f"personal.{name}", "names nothing in the journal") for name in changed or ["id"])
        elif not _digest_fits(row, digest):
            yield from ((sequence, f"personal.{name}", "was changed") for name in changed or ["digest"])
        elif changed:
            place = "seals" if "order_id" not in changed else "order_id"
            yield sequence, f"personal.{place}", "was changed"
        elif not _opens(row["body"]):
            yield sequence, "personal.body", "cannot be read"


def _digest_fits(row: Row, digest: str) -> bool:
    salt, body = row["salt"], row["body"]
    return isinstance(salt, bytes) and isinstance(body, bytes) and row_digest(salt, body) == digest


def _opens(body: bytes) -> bool:
    try:
        open_body(body)
    except Exception:  # noqa: BLE001 - whatever it is, it is what was found
        return False
    return True


# ------------------------------------------------------------------ the snapshot and its columns


def _verified_snapshot(row: Row, journal: _Journal) -> Iterator[tuple[str, str]]:
    truth = journal.order if journal.sound else None
    if journal.sound and canonical(row["head"]) != canonical(journal.head):
        yield "orders.head", "is not the hash of the last event"
    snapshot, problem = _snapshot(row["doc"])
    current = snapshot is None or snapshot.format == SNAPSHOT_FORMAT
    if problem and current:
        yield "doc", problem
    if truth is not None and snapshot is not None and current:
        yield from differences(row["doc"], snapshot, truth)
    source = truth or snapshot
    if source is None:
        return
    try:
        derived = columns(source)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        yield "doc", f"no columns follow from it: {error}"
        return
    if snapshot is not None and not current:
        derived["format"] = snapshot.format  # it will be folded anew when somebody loads it
    for name, value in derived.items():
        if canonical(row[name]) != canonical(value):
            yield f"orders.{name}", f"is {row[name]!r}, the order says {value!r}"


def _snapshot(doc: object) -> tuple[Order | None, str]:
    """The snapshot, and what is wrong with it."""
    if not isinstance(doc, bytes):
        return None, "is no document"
    try:
        msgspec.json.decode(doc)
        return decode_order(doc), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        return None, f"cannot be read: {error}"


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _printable(text: str) -> str:
    """Damaged bytes as escapes, so that any terminal takes them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
