"""How a "no" of the core leaves the house: the one place that catches it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import wraps
from typing import Any

from domain.model.errors import AccessDenied, DomainError, ErrorCode, OrderTooLarge, Refusal, Refused, StaleVersion
from resolvers.context import Info
from schema.context import Viewing
from schema.errors import NothingThere, UserError, user_errors

Resolver = Callable[..., Awaitable[Any]]
Stream = Callable[..., AsyncGenerator[Any, None]]

MEANWHILE = Refusal(ErrorCode.CONFLICT, "Somebody changed this order at the same moment: look again.")
TOO_LARGE = Refusal(ErrorCode.LIMIT_EXCEEDED, "This order has grown too large to be changed.")


def refusals_in(payload: Callable[..., object]) -> Callable[[Resolver], Resolver]:
    """Of a mutation: refusals become its payload's userErrors, AccessDenied a top-level error. It begins afresh."""

    def around(mutation: Resolver) -> Resolver:
        @wraps(mutation)
        async def afresh(info: Info, **arguments: Any) -> Any:
            info.context.renew()
            return await mutation(info, **arguments)

        return refusals_as(lambda viewing, errors: payload(user_errors=errors))(afresh)

    return around


def refusals_as(answer: Callable[[Viewing, list[UserError]], object]) -> Callable[[Resolver], Resolver]:
    """Of a query that asks a use case: `answer` makes of refusals what it answers."""

    def around(resolver: Resolver) -> Resolver:
        @wraps(resolver)
        async def guarded(info: Info, **arguments: Any) -> Any:
            try:
                return await resolver(info, **arguments)
            except AccessDenied:
                raise info.context.denial() from None
            except DomainError as no:
                return answer(info.context.viewing, user_errors(reasons(no)))

        return guarded

    return around


def refusals_end(subscription: Stream) -> Stream:
    """Of a subscription, which has nothing to answer a refusal in: what is not there is a top-level error."""

    @wraps(subscription)
    async def guarded(info: Info, **arguments: Any) -> AsyncGenerator[Any, None]:
        try:
            async with aclosing(subscription(info, **arguments)) as answers:
                async for answer in answers:
                    yield answer
        except DomainError as no:
            reasons(no)
            raise NothingThere from None

    return guarded


def reasons(no: DomainError) -> tuple[Refusal, ...]:
    """Raises: the error itself, a fault, if it is none that was to be expected."""
    match no:
        case Refused():
            return no.refusals
        case StaleVersion():
            return (MEANWHILE,)
        case OrderTooLarge():
            return (TOO_LARGE,)
        case _:
            raise no
