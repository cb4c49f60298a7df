"""Calling an order off: what it pays back, why, and whether one may."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from domain.model import shop
from domain.model.errors import ErrorCode
from domain.policies import cancellation as core
from schema.context import Viewing
from schema.errors import UserError
from schema.money import Money
from schema.orders.lines import LineQuantityInput
from schema.orders.seen import Seen
from schema.refunds import RefundLine

strawberry.enum(core.CustomerAction, description="Each is the mutation of that name.")


@strawberry.type
class AvailableAction:
    action: core.CustomerAction
    allowed: bool
    reason_code: ErrorCode | None
    message: str | None
    until: datetime | None = strawberry.field(description="The last moment for it.")


def actions_on(seen: Seen) -> list[AvailableAction]:
    return actions_of(seen.viewing.actions(seen.order))


def actions_of(actions: Iterable[core.AvailableAction]) -> list[AvailableAction]:
    return [
        AvailableAction(
            action=one.action,
            allowed=one.allowed,
            reason_code=one.reason_code,
            message=one.message,
            until=one.until,
        )
        for one in actions
    ]


@strawberry.type(description="Merchants keep their own list; handles are stable, `name` is in the viewer's language.")
class Reason:
    handle: str
    name: str
    needs_note: bool
    needs_photo: bool


def reason(given: shop.Reason, locale: str) -> Reason:
    return Reason(
        handle=given.handle,
        name=shop.in_language(given.names, locale) or given.handle,
        needs_note=given.needs_note,
        needs_photo=given.needs_photo,
    )


def cancel_reason(handle: str, viewing: Viewing) -> Reason:
    """A reason that the shop has dropped since still has its handle."""
    return _one_of(viewing.shop.cancel_reasons, handle, viewing)


def return_reason(handle: str, viewing: Viewing) -> Reason:
    """As `cancel_reason`, of why something comes back."""
    return _one_of(viewing.shop.return_reasons, handle, viewing)


def _one_of(reasons: Iterable[shop.Reason], handle: str, viewing: Viewing) -> Reason:
    known = (one for one in reasons if one.handle == handle)
    return reason(next(known, None) or shop.Reason(handle, {}), viewing.locale)


@strawberry.type
class CancelQuote:
    id: strawberry.ID | None = None
    valid_until: datetime | None = None
    reasons: list[Reason] = strawberry.field(default_factory=list)
    lines: list[RefundLine] = strawberry.field(default_factory=list)
    fee: Money | None = None
    refund_total: Money | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.input(
    description="Without lines, the whole order. `reason` is a handle of CancelQuote.reasons. Shipped: CHANGED_MIND "
    "ORDERED_BY_MISTAKE FOUND_CHEAPER TOO_SLOW PAYMENT FRAUD OUT_OF_STOCK OTHER."
)
class CancelOrderInput:
    idempotency_key: strawberry.ID
    order_id: strawberry.ID
    quote_id: strawberry.ID | None = strawberry.UNSET
    reason: str
    note: str | None = strawberry.UNSET
    lines: list[LineQuantityInput] | None = strawberry.UNSET
