"""Every pair of a state and a trigger of the definitions that ship, under their own names and under others."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from domain.actions.table import FOR_WORKFLOWS
from domain.adapters.conditions_cel import CelConditions
from domain.adapters.documents.workflows import read_definition, read_library
from domain.model import events as e
from domain.model.actors import WORKFLOW
from domain.model.changes import Changes
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.model.payments import PaymentStatus, RiskAssessment, RiskLevel
from domain.model.shipments import PreparationStatus, Shipment, TrackingStatus
from domain.model.stock import Allocation
from domain.policies.cancellation import CUSTOMER_CANCEL
from domain.workflow import engine
from domain.workflow.checks import problems
from domain.workflow.conditions import Fact
from domain.workflow.definition import Definition, Transition
from domain.workflow.engine import Rules, Trigger
from domain.workflow.facts import VARIABLES, facts_of
from domain.workflow.triggers import FACTS, failed
from tests.domain.policies.orders import a_parcel
from tests.factories import NOW, a_line, a_payment, a_shop, an_order
from tests.workflows import as_shipped, renamed

CONDITIONS, SHOP = CelConditions(), a_shop()
SHIPPED = as_shipped()


@pytest.fixture(params=[None, 1], ids=["as shipped", "renamed"])
def definition(request: pytest.FixtureRequest) -> Definition:
    return (SHIPPED if request.param is None else renamed(request.param)).read()


@pytest.mark.parametrize("name", sorted(read_library()))
def test_a_shipped_definition_makes_sense(name: str) -> None:
    shipped = read_definition(read_library()[name], name, 1)
    assert problems(shipped, CONDITIONS, "EUR", FOR_WORKFLOWS) == ()


# ------------------------------------------------------------------ every pair


HELD = replace(a_payment(), status=PaymentStatus.AUTHORIZED, authorized=1999)
TAKEN = replace(HELD, status=PaymentStatus.CAPTURED, captured=1999)
RISKY = RiskAssessment(RiskLevel.HIGH, 0.9)
OCCASIONS: tuple[dict[str, Fact], ...] = ({}, {"error.code": "DECLINED"}, {"error.code": "BACKORDERED"})


def kinds_of_orders() -> Iterator[Order]:
    """Orders that conditions tell apart."""
    placed = an_order()
    large = an_order(total=200_000, customer_tier="gold")
    held = Allocation("l1", "TEE-M", "berlin", 1)
    yield placed
    yield replace(placed, payments=(HELD,))
    yield replace(placed, payments=(HELD,), risk=RISKY)
    yield replace(placed, payments=(HELD,), lines=(a_line(backordered=1),))
    yield replace(an_order(total=200_000), payments=(replace(HELD, authorized=200_000),))
    yield replace(large, payments=(replace(HELD, authorized=200_000),))
    yield replace(placed, payments=(TAKEN,), allocations=(held,))
    for parcel in parcels():
        yield replace(placed, payments=(TAKEN,), shipments=(parcel,))
    yield replace(placed, payments=(HELD,), shipments=(a_parcel(canceled=True),), stock_lost=(("l1", 1),))
    two = an_order(lines=[a_line(), a_line(2)], payments=(TAKEN,))
    gone, other = a_parcel(shipped_at=NOW), a_parcel(2, line=2)
    yield replace(two, shipments=(gone, replace(other, canceled=True)), stock_lost=(("l2", 1),))
    back = replace(other, status=TrackingStatus.RETURN_TO_SENDER)
    yield replace(two, shipments=(replace(gone, delivered_at=NOW), back))


def parcels() -> Iterator[Shipment]:
    for step in PreparationStatus:
        yield a_parcel(preparation=step)
    yield a_parcel(shipped_at=NOW, status=TrackingStatus.IN_TRANSIT)
    yield a_parcel(shipped_at=NOW, delivered_at=NOW, status=TrackingStatus.DELIVERED)
    yield a_parcel(shipped_at=NOW, status=TrackingStatus.RETURN_TO_SENDER)
    yield a_parcel(canceled=True)


ORDERS = tuple(kinds_of_orders())


def triggers_of(definition: Definition) -> set[str]:
    return {trigger for state in definition.states.values() for trigger in state.on} | FACTS | {"no.such"}


def standing_in(order: Order, name: str, definition: Definition, settled: bool = False) -> Changes:
    """The order in that state, its tasks begun, or over."""
    state = definition.states[name]
    changes = Changes(order, WORKFLOW.ref, NOW)
    tasks = tuple(e.StartedTask(task, state.tasks[task].action) for task in state.tasks)
    changes.add(e.WorkflowMoved(name, OrderStatus(state.status), "placed there", tasks=tasks, final=state.final))
    for task in state.tasks if settled else ():
        changes.add(e.TaskSettled(task, TaskStatus.SUCCEEDED))
    return Changes(changes.order, WORKFLOW.ref, NOW)


def expected(changes: Changes, ways: tuple[Transition, ...], occasion: dict[str, Fact]) -> Transition | None:
    """The first of these ways whose condition holds, asked one by one."""
    facts = facts_of(changes.order, SHOP, {"trigger.by": "WORKFLOW", **occasion})
    for way in ways:
        if way.when is None or CONDITIONS.compile(way.when, VARIABLES, "EUR").holds(facts):
            return way
    return None


def check_move(before: Order, changes: Changes, way: Transition | None, definition: Definition) -> None:
    if way is None:
        assert changes.order == before
        assert (changes.events, changes.effects, changes.left_entries) == ([], [], [])
        return
    state = definition.states[way.to]
    (moved,) = [event.data for event in changes.events]
    assert isinstance(moved, e.WorkflowMoved)
    assert (moved.to_state, moved.because, moved.status) == (way.to, way.when, state.status)
    flow = changes.order.flow
    assert (flow.state, flow.status, flow.final, flow.entry) == (way.to, state.status, state.final, changes.version)
    assert [(run.name, run.action) for run in flow.tasks] == [(name, task.action) for name, task in state.tasks.items()]
    assert len(changes.effects) == len(state.tasks) + len(state.after)
    assert changes.left_entries == [before.flow.entry]


def test_every_state_takes_every_trigger_as_written_or_not_at_all(definition: Definition) -> None:
    rules = Rules(definition, SHOP, CONDITIONS)
    taken = set()
    for name, trigger in product(definition.states, sorted(triggers_of(definition))):
        ways = definition.states[name].on.get(trigger, ())
        occasions = OCCASIONS if "failed" in trigger else OCCASIONS[:1]
        for order, occasion, settled in product(ORDERS if ways else ORDERS[:1], occasions, (False, True)):
            changes = standing_in(order, name, definition, settled)
            before, way = changes.order, expected(changes, ways, occasion)
            moved = engine.fire(changes, rules, Trigger(trigger, occasion))
            assert moved is (way is not None)
            check_move(before, changes, way, definition)
            if way is not None:
                taken.add((name, trigger, ways.index(way)))
    written = {
        (name, trigger, index)
        for name, state in definition.states.items()
        for trigger, ways in state.on.items()
        for index in range(len(ways))
    }
    assert taken == written, "every transition is taken by some order"


def test_every_timer_moves_as_written(definition: Definition) -> None:
    rules = Rules(definition, SHOP, CONDITIONS)
    for name, state in definition.states.items():
        for after, way in state.after.items():
            changes = standing_in(ORDERS[0], name, definition)
            before = changes.order
            assert engine.fire_timer(changes, rules, before.flow.entry, after)
            check_move(before, changes, way, definition)


# ------------------------------------------------------------------ what the code leans on


def test_whoever_cancels_is_never_left_without_an_answer(definition: Definition) -> None:
    """What customer.cancel leads to is unconditional: what is shown as possible can be done."""
    for state in definition.states.values():
        for way in state.on.get(CUSTOMER_CANCEL, ()):
            assert way.when is None


def test_a_canceled_order_gives_everything_back(definition: Definition) -> None:
    canceled = [state for state in definition.states.values() if state.status == OrderStatus.CANCELED]
    assert canceled
    for state in canceled:
        assert {"releaseStock", "releasePayment", "callOffFulfillment"} <= {
            task.action for task in state.tasks.values()
        }
        assert state.final


def test_a_failing_task_always_leads_somewhere_or_ends_with_the_order(definition: Definition) -> None:
    for name, state in definition.states.items():
        for task in state.tasks:
            assert failed(task) in state.on or state.final or task == "plan", name


def test_renaming_leaves_no_name_behind() -> None:
    other = renamed(7)
    assert not set(other.names.values()) & set(SHIPPED.names)
    assert len(set(other.names.values())) == len(SHIPPED.names)
    assert renamed(7) == other
    assert renamed(8) != other
