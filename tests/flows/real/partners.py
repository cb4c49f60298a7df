"""Partners of real orders: a bank that waits for its buyers, sellers who send parcels; each call may fail at first."""

import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from domain.model.orders import Order
from domain.model.payments import NextAction, NextActionKind, Payment, PaymentMethod
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.model.shipments import Shipment
from domain.ports import Carriers, Payments, Unavailable, Warehouse
from tests.twins import TwinPayments, TwinWarehouse

T = TypeVar("T")


@dataclass
class Bank(TwinPayments):
    """Holds a card's money at once, unless its buyer has to say yes first; a transfer's money is there when it comes.

    Orders go by the number that the data gives them. `waits` names those whose buyers are not done when they order.
    """

    waits: set[str] = field(default_factory=set)
    ids: dict[str, str] = field(default_factory=dict)
    asked_for: dict[str, tuple[str, Payment]] = field(default_factory=dict)
    """By reference, the order it is for and the payment."""

    def _decide(self, reference: str, payment: Payment, order: Order) -> PaymentReport:
        known = order.reference or order.id
        self.ids[known] = order.id
        self.asked_for[reference] = (known, payment)
        if known in self.waits and payment.method is not PaymentMethod.STORE_CREDIT:
            return PaymentReport(
                reference, PaymentOutcome.ACTION_REQUIRED, 0, order.currency, next_action=_to_do(payment)
            )
        return super()._decide(reference, replace(payment, token="pm_card_visa"), order)

    def open_of(self, known: str) -> list[tuple[str, Payment]]:
        """What the order's buyer has not settled yet."""
        settled = self.held.keys() | self.taken.keys()
        return [
            (reference, payment)
            for reference, (order, payment) in self.asked_for.items()
            if order == known and reference not in settled
        ]

    def settle(self, reference: str, payment: Payment) -> str:
        """The buyer has done their part; says in the provider's words how the payment stands."""
        if payment.method is PaymentMethod.BANK_TRANSFER:
            self.taken[reference] += payment.amount
            return "succeeded"
        self.held[reference] = payment.amount
        return "requires_capture"

    def balance(self) -> dict[str, tuple[int, int, int]]:
        """By order: held, taken, paid back."""
        found: dict[str, tuple[int, int, int]] = {}
        for reference, (order, _) in self.asked_for.items():
            held, taken, back = found.get(order, (0, 0, 0))
            found[order] = (
                held + self.held.get(reference, 0),
                taken + self.taken.get(reference, 0),
                back + self.paid_back.get(reference, 0),
            )
        return found


def _to_do(payment: Payment) -> NextAction:
    if payment.method is PaymentMethod.BANK_TRANSFER:
        return NextAction(NextActionKind.BANK_TRANSFER, instructions="Pay the boleto at any bank.")
    return NextAction(NextActionKind.REDIRECT, "https://pay.example/challenge")


@dataclass
class Seller(TwinWarehouse):
    """Every seller of the shop: `parcels` are those they were asked for, by the order's number in the data."""

    parcels: dict[str, list[Shipment]] = field(default_factory=dict)

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        if key not in self.requested:
            self.parcels.setdefault(order.reference or order.id, []).append(shipment)
        await super().request(key, order, shipment)


class Failing:
    """So large a part of all calls, told by their keys, fails once: half are never heard, half never answered."""

    def __init__(self, part: float) -> None:
        self._part = part
        self._failed: set[str] = set()
        self.calls = 0

    @property
    def failures(self) -> int:
        return len(self._failed)

    def payments(self, partner: Payments) -> Payments:
        return cast(Payments, _Unreliable(self, partner))

    def warehouse(self, partner: Warehouse) -> Warehouse:
        return cast(Warehouse, _Unreliable(self, partner))

    def carriers(self, partner: Carriers) -> Carriers:
        return cast(Carriers, _Unreliable(self, partner))

    async def call(self, name: str, key: str, call: Callable[[], Awaitable[T]]) -> T:
        """Raises: Unavailable."""
        self.calls += 1
        word = f"{name}:{key}"
        chance = zlib.crc32(word.encode())
        if word in self._failed or chance % 10_000 >= self._part * 10_000:
            return await call()
        self._failed.add(word)
        if chance // 10_000 % 2:
            await call()
        raise Unavailable("lost")


class _Unreliable:
    """A partner behind a bad line; the first argument of every call is its key."""

    def __init__(self, line: Failing, partner: object) -> None:
        self._line = line
        self._partner = partner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._partner, name)

        async def call(key: str, *given: Any) -> Any:
            return await self._line.call(name, key, lambda: method(key, *given))

        return call
