"""How a "no" looks: `userErrors` for what was to be expected, top-level errors with a code for the rest."""

from collections.abc import Iterable

import strawberry
from graphql import GraphQLError

from domain.model.errors import ErrorCode, Refusal

strawberry.enum(
    ErrorCode,
    description="One vocabulary for every refusal: `Order.actions` foretells with it what the mutation would answer.",
)


@strawberry.type(
    description="A refusal. `field` is the path inside the input (lines, 0, quantity); "
    "`message` is for people, in their language."
)
class UserError:
    field: list[str] | None
    code: ErrorCode
    message: str
    retry_after_seconds: int | None = strawberry.field(default=None, description="When it is worth trying again.")


def user_errors(refusals: Iterable[Refusal]) -> list[UserError]:
    return [
        UserError(
            field=list(refusal.field) or None,
            code=refusal.code,
            message=refusal.message,
            retry_after_seconds=refusal.retry_after_seconds,
        )
        for refusal in refusals
    ]


class Planned(GraphQLError):
    """A top-level error that is meant for the caller as it stands; every other one is masked. Quotes no input."""

    code = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": self.code})


class Unauthenticated(Planned):
    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class Forbidden(Planned):
    code = "FORBIDDEN"

    def __init__(self) -> None:
        super().__init__("This is not yours to ask.")


class NothingThere(Planned):
    """For what cannot answer null: a subscription to an order that is not there, or not this viewer's."""

    code = "NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is nothing here by that name.")


class BadRequest(Planned):
    code = "BAD_REQUEST"
