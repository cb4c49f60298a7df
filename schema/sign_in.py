"""Signing in and out, and asking for a lost link."""

from datetime import datetime

import strawberry

from schema.customers import Customer
from schema.errors import UserError
from schema.scalars import EmailAddress, PhoneNumber


@strawberry.type
class AcceptedPayload:
    accepted: bool = False
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.input
class RequestSignInInput:
    email: EmailAddress


@strawberry.input
class SignInInput:
    token: str


@strawberry.input
class RefreshSignInInput:
    refresh_token: str


@strawberry.type
class SignInPayload:
    access_token: str | None = None
    refresh_token: str | None = None
    expires_at: datetime | None = None
    customer: Customer | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.input(description="The number, and the e-mail or the phone given with the order.")
class RequestTrackingLinkInput:
    number: str
    email: EmailAddress | None = strawberry.UNSET
    phone: PhoneNumber | None = strawberry.UNSET
