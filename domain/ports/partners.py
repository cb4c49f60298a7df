"""Who is asked for money, parcels, scans and keys, and how they may answer."""

from collections.abc import Callable
from typing import Protocol

from domain.model.orders import Order
from domain.model.payments import Payment
from domain.model.reports import PaymentReport, Report, ReturnLabel, TrackerReport
from domain.model.returns import Return
from domain.model.shipments import Shipment


class Unavailable(Exception):
    """The partner did not answer, or not with a yes or a no: what happened there is unknown. Ask again, same key."""


class Payments(Protocol):
    """A payment gateway. Every call may be repeated with its `key`; the provider does it once. Raises: Unavailable."""

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport: ...
    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport: ...
    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport: ...
    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        """The provider's reference of the refund. Raises: Declined, Unavailable."""
        ...


class Declined(Exception):
    """The partner answered with a definite no."""


class Warehouse(Protocol):
    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        """The warehouse will send this parcel. Raises: Declined, Unavailable."""
        ...

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        """False if it is too late to stop it. Raises: Unavailable."""
        ...

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        """The warehouse expects these goods, and says by what they come. Raises: Declined, Unavailable."""
        ...

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        """The warehouse expects them no more, whether or not it ever did. Raises: Unavailable."""
        ...


class Carriers(Protocol):
    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        """The carriers' aggregator reports on this parcel from now on. Raises: Declined, Unavailable."""
        ...


Dialect = Callable[[bytes], tuple[Report, ...]]
"""Reads a verified webhook body of one provider; () when it tells nothing that concerns us."""


class IssuerKeys(Protocol):
    """Of the OpenID Connect issuer that staff or customers sign in with."""

    async def published(self) -> bytes:
        """Its key set as it is now, as JSON. Raises: Unavailable."""
        ...
