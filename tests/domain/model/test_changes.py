from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model import events as e
from domain.model.actors import ActorKind, ActorRef
from domain.model.changes import Changes, Reference
from domain.model.orders import OrderStatus
from tests.factories import NOW, SYSTEM, a_buyer, a_placement, an_effect, an_order, order_placed

LATER = NOW + timedelta(hours=1)
OLGA = ActorRef(ActorKind.STAFF, "olga")


def test_later_decisions_see_earlier_ones() -> None:
    changes = Changes(an_order(), OLGA, LATER)
    changes.add(e.StockLost((("l1", 1),)))
    assert changes.order.stock_lost == (("l1", 1),)
    changes.add(e.CancelRequested("CHANGED_MIND"))
    assert [event.sequence for event in changes.events] == [3, 4]
    assert (changes.loaded, changes.version, changes.next_sequence) == (2, 4, 5)


def test_an_event_says_who_and_when() -> None:
    changes = Changes(an_order(), OLGA, LATER)
    changes.add(e.StockLost(()))
    changes.add(e.StockLost(()), actor=SYSTEM, occurred_at=NOW)
    own, told = changes.events
    assert (own.actor, own.occurred_at, own.recorded_at) == (OLGA, LATER, LATER)
    assert (told.actor, told.occurred_at, told.recorded_at) == (SYSTEM, NOW, LATER)


def test_the_buyer_stays_with_the_order_through_every_event() -> None:
    buyer = a_buyer()
    changes = Changes(replace(an_order(), buyer=buyer), OLGA, LATER)
    assert changes.add(e.StockLost(())).buyer == buyer


def test_a_new_buyer_goes_along_from_where_their_row_is_kept() -> None:
    changes = a_placement(buyer=a_buyer(name="Grace"))
    assert changes.order.buyer == a_buyer(name="Grace")
    assert [row.ref for row in changes.personal] == [changes.order.personal]


def test_nothing_can_happen_to_an_order_that_has_no_name() -> None:
    with pytest.raises(ValueError, match="needs its id"):
        Changes(None, OLGA, LATER).add(order_placed())
    with pytest.raises(ValueError, match="nothing was placed"):
        _ = Changes(None, OLGA, LATER, "0" * 32).order


def test_changes_know_whether_there_is_anything_to_save() -> None:
    changes = Changes(an_order(), OLGA, LATER)
    assert not changes.anything
    changes.drop("backorder", "MUG")
    assert changes.anything


def test_references_are_gathered_both_ways() -> None:
    changes = Changes(an_order(), OLGA, LATER)
    changes.refer("tracking", "JJD01")
    changes.drop("backorder", "MUG")
    assert changes.references == [Reference("tracking", "JJD01")]
    assert changes.dropped_references == [Reference("backorder", "MUG")]


def test_what_a_state_owes_is_not_even_begun_if_it_is_left_before_the_save() -> None:
    changes = Changes(an_order(), OLGA, LATER)
    changes.add(e.WorkflowMoved("a", OrderStatus.CONFIRMED, "go"))
    changes.owe(an_effect("task", entry=3))
    changes.owe(an_effect("parcel"))
    changes.leave(3)
    assert [effect.key for effect in changes.effects] == ["parcel"]
    assert changes.left_entries == [3]
