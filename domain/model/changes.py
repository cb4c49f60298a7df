"""What one save will carry: events, effects, personal rows, references, gathered while deciding."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.model.actors import ActorRef
from domain.model.effects import Effect
from domain.model.events import Event, EventData
from domain.model.fold import fold
from domain.model.orders import Buyer, Order, PersonalRef


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """Immutable words about a person; `body` is what was hashed with `salt` into the reference's digest."""

    ref: PersonalRef
    salt: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Reference:
    """What the outside calls this order: kind (tracking, payment, number, backorder ...) and value."""

    kind: str
    value: str


class Changes:
    """The order as it will be. `add` folds each event at once, so later decisions see earlier ones.

    `loaded` is the version that was read: the save fails if the stored one differs.
    """

    def __init__(self, order: Order | None, actor: ActorRef, now: datetime, order_id: str | None = None) -> None:
        self._order = order
        self._order_id = order.id if order is not None else order_id
        self.loaded = order.version if order is not None else 0
        self.actor = actor
        self.now = now
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.personal: list[PersonalRow] = []
        self.references: list[Reference] = []
        self.dropped_references: list[Reference] = []
        self.left_entries: list[int] = []

    @property
    def order(self) -> Order:
        if self._order is None:
            raise ValueError("nothing was placed yet")
        return self._order

    @property
    def version(self) -> int:
        return self._order.version if self._order is not None else 0

    @property
    def next_sequence(self) -> int:
        return self.version + 1

    @property
    def anything(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.events or self.effects or self.personal or self.references or self.dropped_references)

    def add(self, data: EventData, actor: ActorRef | None = None, occurred_at: datetime | None = None) -> Order:
        """The event is the next of the order, by `actor` (else the one behind these changes)."""
        if self._order_id is None:
            raise ValueError("an order that is being placed needs its id")
        event = Event(
            order_id=self._order_id,
            sequence=self.next_sequence,
            data=data,
            actor=actor or self.actor,
            occurred_at=occurred_at or self.now,
            recorded_at=self.now,
        )
        buyer = self._order.buyer if self._order is not None else None
        self._order = replace(fold(self._order, event), buyer=buyer)
        self.events.append(event)
        return self._order

    def owe(self, effect: Effect) -> None:
        self.effects.append(effect)

    def leave(self, entry: int) -> None:
        """That visit to a state is over: what nobody has begun of its tasks and timers is called off with this save."""
        self.effects = [effect for effect in self.effects if effect.entry != entry]
        self.left_entries.append(entry)

    def refer(self, kind: str, value: str) -> None:
        self.references.append(Reference(kind, value))

    def drop(self, kind: str, value: str) -> None:
        self.dropped_references.append(Reference(kind, value))

    def keep_personal(self, row: PersonalRow, buyer: Buyer | None = None) -> None:
        """The row is stored with this save; a new buyer also goes along with the order from here on."""
        self.personal.append(row)
        if buyer is not None and self._order is not None:
            self._order = replace(self._order, buyer=buyer)
