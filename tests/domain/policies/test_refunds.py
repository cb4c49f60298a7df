"""What units pay back: exact over all of them, in whatever portions, whatever was given up in between."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.orders import Order
from domain.model.payments import PaymentStatus, Refund, RefundLine, RefundStatus
from domain.model.returns import RefundShipping, Return, ReturnStatus
from domain.policies.refunds import (
    claims,
    goods_paid,
    left_of,
    over_payments,
    paid_by_line,
    promised,
    refund_lines,
    refundable,
    shipping_paid,
    spread,
    worth,
)
from tests.domain.policies.coming_back import a_return, a_return_line
from tests.factories import NOW, a_line, a_payment, a_shop, an_order

SHARE, NEVER = a_shop(refund_shipping=RefundShipping.SHARE), a_shop(refund_shipping=RefundShipping.NEVER)
WITH_LAST = a_shop(refund_shipping=RefundShipping.WITH_LAST)


@st.composite
def paid_orders(draw: st.DrawFn) -> Order:
    """Paid whole: one to four lines with discounts, taxes in the price or on top, and a way to the buyer."""
    included = draw(st.booleans())
    lines = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        quantity, price = draw(st.integers(1, 7)), draw(st.integers(0, 5000))
        discount = draw(st.integers(0, quantity * price))
        total = quantity * price - discount
        lines.append(
            a_line(
                number,
                quantity=quantity,
                unit_price=price,
                discount=discount,
                total=total,
                tax=draw(st.integers(0, total // 4)),
            )
        )
    shipping = draw(st.integers(0, 2000))
    total = sum(line.total + (0 if included else line.tax) for line in lines) + shipping
    payment = a_payment(amount=total, captured=total, authorized=total, status=PaymentStatus.CAPTURED)
    order = an_order(lines=lines, tax_included=included, shipping_total=shipping, total=total)
    return replace(order, payments=(payment,))


def portions(order: Order, random: Random) -> list[dict[str, int]]:
    """All units of the order, each in one of several portions."""
    units = [line.id for line in order.lines for _ in range(line.quantity)]
    random.shuffle(units)
    found: list[dict[str, int]] = []
    while units:
        size = random.randint(1, len(units))
        part, units = units[:size], units[size:]
        found.append({line_id: part.count(line_id) for line_id in part})
    return found


def asked(order: Order, number: int, part: dict[str, int], amounts: dict[str, int]) -> Return:
    lines = [
        a_return_line(f"t{number}l{index}", line_id, quantity, amount=amounts[line_id])
        for index, (line_id, quantity) in enumerate(part.items(), 1)
    ]
    return a_return(number, lines)


@settings(deadline=None, max_examples=200)
@given(paid_orders(), st.randoms(use_true_random=False), st.sampled_from([SHARE, WITH_LAST]))
def test_over_all_units_in_whatever_portions_exactly_what_was_paid_comes_back(
    order: Order, random: Random, shop: object
) -> None:
    assert isinstance(shop, type(SHARE))
    back = 0
    for number, part in enumerate(portions(order, random), 1):
        amounts = worth(order, part, shop)
        assert all(amount >= 0 for amount in amounts.values())
        back += sum(amounts.values())
        order = replace(order, returns=(*order.returns, asked(order, number, part, amounts)))
    assert back == order.total == order.captured


@settings(deadline=None, max_examples=100)
@given(paid_orders(), st.randoms(use_true_random=False))
def test_where_policy_keeps_the_shipping_all_but_it_comes_back(order: Order, random: Random) -> None:
    back = 0
    for number, part in enumerate(portions(order, random), 1):
        amounts = worth(order, part, NEVER)
        back += sum(amounts.values())
        order = replace(order, returns=(*order.returns, asked(order, number, part, amounts)))
    assert back == order.total - shipping_paid(order)


@settings(deadline=None, max_examples=200)
@given(paid_orders(), st.randoms(use_true_random=False))
def test_returns_that_were_given_up_in_between_leave_no_cent_behind(order: Order, random: Random) -> None:
    left = {line.id: line.quantity for line in order.lines}
    number = 0
    for _ in range(12):
        active = [rma for rma in order.returns if not rma.is_given_up]
        if active and random.random() < 0.4:
            gone = random.choice(active)
            for line in gone.lines:
                left[line.line_id] += line.quantity
            moved = replace(gone, flow=replace(gone.flow, status=ReturnStatus.CANCELED))
            order = replace(order, returns=tuple(moved if rma.id == gone.id else rma for rma in order.returns))
            continue
        part = {line_id: random.randint(1, units) for line_id, units in left.items() if units}
        part = {line_id: units for line_id, units in part.items() if random.random() < 0.7}
        if not part:
            continue
        number += 1
        order = replace(order, returns=(*order.returns, asked(order, number, part, worth(order, part, SHARE))))
        for line_id, units in part.items():
            left[line_id] -= units
        assert sum(rma.owed for rma in order.returns if not rma.is_given_up) <= order.total
    rest = {line_id: units for line_id, units in left.items() if units}
    owed = sum(rma.owed for rma in order.returns if not rma.is_given_up)
    assert owed + sum(worth(order, rest, SHARE).values()) == order.total


@settings(deadline=None, max_examples=100)
@given(paid_orders(), st.integers(0, 3000))
def test_what_was_given_as_goodwill_is_not_paid_a_second_time(order: Order, gift: int) -> None:
    gift = min(gift, order.total)
    paid = paid_by_line(order, SHARE)
    whole = tuple(RefundLine(line_id, 0, amount) for line_id, amount in paid.items())
    given_back = Refund("r1", "p1", gift, NOW, spread(gift, whole))
    order = replace(order, refunds=(given_back,))
    every_unit = {line.id: line.quantity for line in order.lines}
    assert sum(worth(order, every_unit, SHARE).values()) == order.total - gift == refundable(order)


def test_a_unit_takes_its_share_of_discount_tax_and_shipping_along() -> None:
    lines = [a_line(1, quantity=3, unit_price=1000, discount=300, total=2700, tax=513)]
    order = an_order(lines=lines, tax_included=False, shipping_total=490, total=2700 + 513 + 490)
    assert goods_paid(order, lines[0]) == 3213
    assert [worth(order, {"l1": units}, NEVER)["l1"] for units in (1, 2, 3)] == [1071, 2142, 3213]
    assert [worth(order, {"l1": units}, SHARE)["l1"] for units in (1, 2, 3)] == [1234, 2469, 3703]
    assert [worth(order, {"l1": units}, WITH_LAST)["l1"] for units in (1, 2, 3)] == [1071, 2142, 3703]


def test_a_unit_that_never_arrived_is_free_to_come_back_another_day() -> None:
    order = an_order(lines=[a_line(quantity=3)])
    lost = a_return_line("t1l1", "l1", 2, amount=3998, missing=1)
    order = replace(order, returns=(a_return(1, [lost]),))
    claim = claims(order)["l1"]
    assert (claim.units, claim.amount) == (1, 1999)
    assert refund_lines(order.returns[0]) == (RefundLine("l1", 1, 1999),)


def test_a_unit_that_went_back_to_its_buyer_is_not_paid_for_with_the_next() -> None:
    order = an_order(lines=[a_line(quantity=3, unit_price=1000, total=3000)])
    order = replace(order, returns=(a_return(1, [a_return_line(amount=1000, sent_back=1)]),))
    claim = claims(order)["l1"]
    assert (claim.units, claim.amount, claim.paid) == (1, 1000, 0)
    assert [worth(order, {"l1": units}, NEVER)["l1"] for units in (1, 2)] == [1000, 2000]
    gift = Refund("r1", "p1", 400, NOW, (RefundLine("l1", 0, 400),))
    assert worth(replace(order, refunds=(gift,)), {"l1": 2}, NEVER) == {"l1": 2000}, "nothing was paid for it"


FIRST = Refund("r1", "p1", 300, NOW, (RefundLine("l1", 1, 300),))
REST = Refund("r2", "p2", 700, NOW, (RefundLine("l1", 0, 700),), part_of="r1")


@pytest.mark.parametrize(
    ("parts", "units", "amount", "next_unit"),
    [
        ((FIRST, REST), 1, 1000, 1000),
        ((replace(FIRST, status=RefundStatus.FAILED), REST), 0, 700, 300),
        ((FIRST, replace(REST, status=RefundStatus.FAILED)), 0, 300, 700),
        ((replace(FIRST, status=RefundStatus.FAILED), replace(REST, status=RefundStatus.FAILED)), 0, 0, 1000),
    ],
)
def test_a_unit_paid_back_over_two_payments_is_one_unit_and_free_as_long_as_a_part_of_it_failed(
    parts: tuple[Refund, ...], units: int, amount: int, next_unit: int
) -> None:
    order = replace(an_order(lines=[a_line(quantity=3, unit_price=1000, total=3000)]), refunds=parts)
    claim = claims(order)["l1"]
    assert (claim.units, claim.amount, claim.goodwill) == (units, amount, 0)
    assert worth(order, {"l1": 1}, NEVER) == {"l1": next_unit}
    assert worth(order, {"l1": 3 - units}, NEVER) == {"l1": 3000 - amount}, "over all units, what they cost"


def test_what_is_on_its_way_back_is_not_there_to_be_paid_back_again() -> None:
    first = a_payment(1, 1000, captured=1000, authorized=1000)
    second = a_payment(2, 500, captured=500, authorized=500)
    pending = Refund("r1", "p1", 700, NOW)
    failed = Refund("r2", "p1", 300, NOW, status=RefundStatus.FAILED)
    order = replace(an_order(), payments=(first, second), refunds=(pending, failed))
    assert (left_of(first, order), left_of(second, order), refundable(order)) == (300, 500, 800)
    assert over_payments(order, 600) == [("p1", 300), ("p2", 300)]
    assert over_payments(order, 600, "p2") == [("p2", 500)]
    assert over_payments(order, 9999) == [("p1", 300), ("p2", 500)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(ReturnStatus.REQUESTED, 1500), (ReturnStatus.CANCELED, 0), (ReturnStatus.CLOSED, 0)],
)
def test_money_is_promised_to_a_return_as_long_as_it_is_open(status: ReturnStatus, expected: int) -> None:
    rma = a_return(1, [a_return_line("t1l1", "l1", 1, amount=1999)], fee=499, status=status)
    order = replace(an_order(), returns=(rma,))
    assert promised(order) == expected
    partly = Refund("r1", "p1", 1100, NOW, return_id=rma.id)
    assert promised(replace(order, refunds=(partly,))) == max(expected - 1100, 0)
    rest = Refund("r2", "p2", 400, NOW, return_id=rma.id)
    assert promised(replace(order, refunds=(partly, rest))) == 0
    failed = replace(rest, status=RefundStatus.FAILED)
    assert promised(replace(order, refunds=(partly, failed))) == max(expected - 1100, 0)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5000), min_size=1, max_size=5))
def test_an_amount_is_spread_without_a_remainder(amount: int, weights: list[int]) -> None:
    lines = tuple(RefundLine(f"l{number}", 1, weight) for number, weight in enumerate(weights))
    assert sum(line.amount for line in spread(amount, lines)) == amount
