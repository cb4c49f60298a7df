"""Signing in and out, and asking for a lost link."""

from domain.model.actors import Actor, ActorKind
from domain.services import signing_in as service
from domain.services.signing_in import SignedIn
from domain.services.tracking_links import LostLink
from domain.services.tracking_links import request_tracking_link as request_link
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_in
from schema.customers import Customer
from schema.sign_in import (
    AcceptedPayload,
    RefreshSignInInput,
    RequestSignInInput,
    RequestTrackingLinkInput,
    SignInInput,
    SignInPayload,
)


@refusals_in(AcceptedPayload)
async def request_sign_in(info: Info, input: RequestSignInInput) -> AcceptedPayload:
    """
    Signs a customer in without a password: the link goes to the address; the answer is the same whether or not it is
    known.
    """
    context = info.context
    await service.request_sign_in(input.email, context.locale, context.ports)
    return AcceptedPayload(accepted=True)


@refusals_in(SignInPayload)
async def sign_in(info: Info, input: SignInInput) -> SignInPayload:
    return _payload(await service.sign_in(input.token, info.context.ports), info)


@refusals_in(SignInPayload)
async def refresh_sign_in(info: Info, input: RefreshSignInInput) -> SignInPayload:
    return _payload(await service.refresh(input.refresh_token, info.context.ports), info)


@refusals_in(AcceptedPayload)
async def sign_out(info: Info) -> AcceptedPayload:
    """Ends this session everywhere; its subscriptions close."""
    await service.sign_out(info.context.actor, info.context.ports)
    return AcceptedPayload(accepted=True)


@refusals_in(AcceptedPayload)
async def request_tracking_link(info: Info, input: RequestTrackingLinkInput) -> AcceptedPayload:
    """Sends a tracking link to the address on the order; the answer never says whether number and contact match."""
    await request_link(LostLink(input.number, given(input.email), given(input.phone)), info.context.ports)
    return AcceptedPayload(accepted=True)


def _payload(signed_in: SignedIn, info: Info) -> SignInPayload:
    """From here on it is the customer who asks, so that the answer can show what is theirs."""
    context, session = info.context, signed_in.session
    token, expires_at = context.access_token(session)
    context.become(
        Actor(ActorKind.CUSTOMER, signed_in.customer.id, expires_at=expires_at, session_id=session.id),
    )
    return SignInPayload(
        access_token=token,
        refresh_token=signed_in.refresh_token,
        expires_at=expires_at,
        customer=Customer(model=signed_in.customer, viewing=context.viewing),
    )
