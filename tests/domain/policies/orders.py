"""Orders for policies: any at all, of any payments and parcels, reachable or not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from domain.model.orders import Flow, Order, OrderStatus
from domain.model.payments import Payment, PaymentMethod, PaymentStatus, Refund
from domain.model.returns import Return, ReturnMethod, ReturnStatus
from domain.model.shipments import (
    DeliveryEstimate,
    EstimateSource,
    PreparationStatus,
    Shipment,
    ShipmentLine,
    TrackingStatus,
)
from tests.domain.policies.coming_back import a_return, a_return_line
from tests.factories import NOW, a_line, an_order

AMOUNTS = st.integers(0, 3000)
MOMENTS = st.integers(-9, 9).map(lambda days: NOW + timedelta(days=days))


@st.composite
def payments(draw: st.DrawFn, number: int = 1) -> Payment:
    return Payment(
        f"p{number}",
        draw(st.sampled_from(PaymentMethod)),
        "stripe",
        draw(AMOUNTS),
        NOW,
        status=draw(st.sampled_from(PaymentStatus)),
        authorized=draw(AMOUNTS),
        captured=draw(AMOUNTS),
        refunded=draw(AMOUNTS),
    )


@st.composite
def estimates(draw: st.DrawFn) -> DeliveryEstimate:
    earliest = draw(MOMENTS)
    return DeliveryEstimate(earliest, earliest + timedelta(days=draw(st.integers(0, 3))), EstimateSource.CARRIER, NOW)


@st.composite
def parcels(draw: st.DrawFn, number: int = 1) -> Shipment:
    lines = draw(st.lists(st.tuples(st.sampled_from(("l1", "l2", "l3")), st.integers(1, 4)), max_size=4))
    return Shipment(
        f"s{number}",
        tuple(ShipmentLine(line_id, quantity) for line_id, quantity in lines),
        NOW,
        carrier_name="DHL",
        preparation=draw(st.sampled_from(PreparationStatus)),
        status=draw(st.sampled_from(TrackingStatus)),
        estimate=draw(st.none() | estimates()),
        shipped_at=draw(st.none() | MOMENTS),
        delivered_at=draw(st.none() | MOMENTS),
        canceled=draw(st.booleans()),
    )


@st.composite
def returns(draw: st.DrawFn, number: int = 1) -> Return:
    quantity = draw(st.integers(1, 4))
    here = draw(st.integers(0, quantity))
    missing = draw(st.integers(0, quantity - here))
    line = a_return_line(
        f"t{number}l1", draw(st.sampled_from(("l1", "l2"))), quantity, amount=draw(AMOUNTS), here=here, missing=missing
    )
    status, method = draw(st.sampled_from(ReturnStatus)), draw(st.sampled_from(ReturnMethod))
    return a_return(
        number, [line], status=status, method=method, fee=draw(AMOUNTS), expires_at=draw(st.none() | MOMENTS)
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Two lines, up to three payments, parcels and returns each, in any condition."""
    lines = [
        a_line(
            number,
            quantity=draw(st.integers(1, 4)),
            backordered=draw(st.integers(0, 4)),
            canceled=draw(st.integers(0, 4)),
        )
        for number in (1, 2)
    ]
    order = an_order(lines=lines, total=draw(AMOUNTS), estimate=draw(st.none() | estimates()))
    flow = replace(order.flow, status=draw(st.sampled_from(OrderStatus)))
    return replace(
        order,
        flow=flow,
        payments=tuple(draw(payments(number)) for number in range(1, draw(st.integers(0, 3)) + 1)),
        shipments=tuple(draw(parcels(number)) for number in range(1, draw(st.integers(0, 3)) + 1)),
        refunds=tuple(Refund(f"r{n}", "p1", draw(AMOUNTS), NOW) for n in range(1, draw(st.integers(0, 2)) + 1)),
        returns=tuple(draw(returns(number)) for number in range(1, draw(st.integers(0, 3)) + 1)),
        stock_lost=draw(st.sampled_from(((), (("l1", 1),)))),
    )


def with_parcels(order: Order, *shipments: Shipment) -> Order:
    return replace(order, shipments=shipments)


def with_status(order: Order, status: OrderStatus) -> Order:
    flow: Flow[OrderStatus] = replace(order.flow, status=status)
    return replace(order, flow=flow)


def a_parcel(number: int = 1, quantity: int = 1, line: int = 1, **changes: Any) -> Shipment:
    return replace(Shipment(f"s{number}", (ShipmentLine(f"l{line}", quantity),), NOW, "berlin"), **changes)
