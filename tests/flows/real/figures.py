"""What is printed of a run: one line a figure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.model.orders import Order
from domain.model.payments import PaymentStatus
from tests.flows.real.lives import Life
from tests.flows.real.stage import Stage

MOVED_TO = "SELECT order_id, min(recorded_at) FROM journal WHERE type = 'workflow.moved' AND {} GROUP BY order_id"
CONFIRMED = MOVED_TO.format("json_extract(data, '$.status') = 'CONFIRMED'")
HELD_UP = MOVED_TO.format("json_extract(data, '$.status') = 'ON_HOLD'")
BY_STAFF = "SELECT DISTINCT order_id FROM journal WHERE actor_kind = 'STAFF'"
TOO_EARLY = "SELECT count(*) FROM effects WHERE action = 'readEvent' AND key NOT LIKE '%:first'"
OPEN = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.FAILED, PaymentStatus.EXPIRED)


@dataclass
class Figures:
    """`lines` are name and value; `complaints` what does not agree."""

    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def add(self, name: str, value: object) -> None:
        self.lines.append((name, str(value)))

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.lines), default=0)
        return "\n".join([self.title, *(f"  {name:{width}}  {value}" for name, value in self.lines)])


def counted(figures: Figures, counts: Counter[str], indent: str = "  ") -> None:
    for name, count in sorted(counts.items()):
        figures.add(f"{indent}{name}", count)


async def of_marketplace(figures: Figures, stage: Stage, lives: Sequence[Life], orders: dict[str, Order]) -> None:
    """The figures of a run of marketplace orders; those with a bound complain where they miss it."""
    figures.add("orders", len(lives))
    counted(figures, Counter(life.order.path for life in lives))
    figures.add("moves refused, as they had to be", sum(stage.refused.values()))
    counted(figures, Counter({f"{name} {code}": count for (name, code), count in stage.refused.items()}))
    ((early,),) = await stage.rows(TOO_EARLY)
    figures.add("words of partners that came too early", f"{early}, each read again when its time had come")
    failing = stage.failing
    asked_for = failing.calls - failing.failures
    share = failing.failures / asked_for
    figures.add("things asked of partners", f"{asked_for}, of {failing.failures} ({share:.1%}) the first call failed")
    await _people(figures, stage, len(lives))
    await _pace(figures, stage, lives)
    asked = [pay for life in lives if life.pays for pay in orders[life.order.id].payments]
    paid = sum(pay.status not in OPEN for pay in asked)
    figures.add("payments that came about", f"{paid} of {len(asked)}, {paid / max(len(asked), 1):.2%}")
    figures.add("exceptions", len(stage.faults.lines))


async def _people(figures: Figures, stage: Stage, total: int) -> None:
    touched = {row[0] for row in [*await stage.rows(HELD_UP), *await stage.rows(BY_STAFF)]}
    share = 1 - len(touched) / total
    figures.add("needed no person", f"{share:.2%}, {len(touched)} did")
    if share < 0.997 and len(touched) > 2:
        figures.complaints.append(f"{len(touched)} orders needed a person")


async def _pace(figures: Figures, stage: Stage, lives: Sequence[Life]) -> None:
    """From placeOrder to confirmed: pauses before second tries by the clock, and the work between them as it took."""
    ids = stage.bank.ids
    placed = {row[0]: row[1] for row in await stage.rows("SELECT id, placed_at FROM orders")}
    confirmed = {row[0]: row[1] for row in await stage.rows(CONFIRMED)}
    ready = [life for life in lives if life.paid_at_once and ids[life.order.id] in confirmed]
    if not ready:
        return
    took = [(confirmed[ids[one.order.id]] - placed[ids[one.order.id]]) / 1e6 + one.buyer.seconds for one in ready]
    mean = sum(took) / len(took)
    paused = sum(seconds > 1 for seconds in took)
    figures.add("placeOrder to confirmed, mean", f"{mean:.3f} s of {len(ready)} paid at once, {paused} after a pause")
    if mean >= 2.3:
        figures.complaints.append(f"from placeOrder to confirmed it took {mean:.3f} s")


def shown(complaints: Sequence[str], most: int = 20) -> Iterator[str]:
    """The first of them, and how many more there are."""
    yield from complaints[:most]
    if len(complaints) > most:
        yield f"... and {len(complaints) - most} more"
