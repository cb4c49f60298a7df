"""Every expected "no", as one tree.

DomainError                 somebody asked for what cannot be; nothing was changed
├── Refused                 one or more refusals, each with a code and the field it is about
│   ├── NotFound            it does not exist, or it is not yours: nobody can tell which
│   └── IdempotencyConflict the key was used with another input
├── StaleVersion            somebody else changed the order first; load it again
├── NumberTaken             another order has this number; draw another
├── OrderTooLarge           the order has grown beyond what one document should hold
└── AccessDenied            the actor's kind or role may not ask this at all
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    NOT_ALLOWED = "NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    EXPIRED = "EXPIRED"
    VIEW_ONLY_LINK = "VIEW_ONLY_LINK"
    IN_REVIEW = "IN_REVIEW"
    ALREADY_DONE = "ALREADY_DONE"
    EMPTY_ORDER = "EMPTY_ORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    PRICE_CHANGED = "PRICE_CHANGED"
    CURRENCY_UNSUPPORTED = "CURRENCY_UNSUPPORTED"
    DELIVERY_UNAVAILABLE = "DELIVERY_UNAVAILABLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    DISCOUNT_INVALID = "DISCOUNT_INVALID"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    INVALID_ADDRESS = "INVALID_ADDRESS"
    INVALID_PHONE = "INVALID_PHONE"
    INVALID_EMAIL = "INVALID_EMAIL"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_UNSUPPORTED = "PAYMENT_UNSUPPORTED"
    CARD_DATA_REFUSED = "CARD_DATA_REFUSED"
    AMOUNT_EXCEEDED = "AMOUNT_EXCEEDED"
    NOT_PAID = "NOT_PAID"
    ALREADY_SHIPPED = "ALREADY_SHIPPED"
    ALREADY_CANCELED = "ALREADY_CANCELED"
    QUOTE_EXPIRED = "QUOTE_EXPIRED"
    QUANTITY_EXCEEDED = "QUANTITY_EXCEEDED"
    EXCHANGE_UNAVAILABLE = "EXCHANGE_UNAVAILABLE"
    NOT_DELIVERED = "NOT_DELIVERED"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    FINAL_SALE = "FINAL_SALE"
    NOT_RETURNABLE = "NOT_RETURNABLE"
    ALREADY_RETURNED = "ALREADY_RETURNED"
    RETURN_IN_PROGRESS = "RETURN_IN_PROGRESS"
    WORKFLOW_INVALID = "WORKFLOW_INVALID"
    STATE_NOT_MAPPED = "STATE_NOT_MAPPED"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against it. `field` is the path inside the input: ("lines", "0", "quantity")."""

    code: ErrorCode
    message: str
    field: tuple[str, ...] = ()
    retry_after_seconds: int | None = None


class DomainError(Exception):
    """Somebody asked for what cannot be; nothing was changed."""


class Refused(DomainError):
    """All reasons at once, never only the first."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


class NotFound(Refused):
    def __init__(self, *field: str) -> None:
        super().__init__(Refusal(ErrorCode.NOT_FOUND, "There is nothing here by that name.", field))


class IdempotencyConflict(Refused):
    def __init__(self) -> None:
        message = "This idempotency key was already used with another input."
        super().__init__(Refusal(ErrorCode.IDEMPOTENCY_CONFLICT, message, ("idempotencyKey",)))


class StaleVersion(DomainError):
    """The order was changed between reading and saving it."""


class NumberTaken(DomainError):
    """Another order has this number; whoever drew it draws another."""


class OrderTooLarge(DomainError):
    """The order has grown beyond what one document should hold."""


class AccessDenied(DomainError):
    """This kind of actor, or this role, may not ask it. Becomes the top-level error FORBIDDEN."""
