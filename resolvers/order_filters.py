"""What a viewer's filter narrows a list of orders to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.model.actors import ActorKind
from domain.model.numbers import parse_order_number
from domain.ports import OrderFilter as Where
from domain.ports import Ports
from resolvers.given import given, listed
from resolvers.request import Request
from schema.errors import BadRequest
from schema.orders.filters import OrderFilter


def own_orders(request: Request) -> Where | None:
    """All that this viewer may call theirs: a customer's, a link's one order; None where there can be none."""
    actor = request.actor
    if actor.kind is ActorKind.CUSTOMER and actor.id is not None:
        return Where(customer_id=actor.id)
    if actor.kind is ActorKind.GUEST and actor.order_id is not None:
        return Where(order_id=actor.order_id)
    return None


def narrowed(whole: Where | None, asked: OrderFilter | None, request: Request) -> Where | None:
    """Never wider than `whole`; None where nothing can match. Raises: BadRequest."""
    asked = given(asked)
    if asked is None or whole is None:
        return whole
    customer_id = whole.customer_id
    if (text := given(asked.customer_id)) is not None:
        wanted = request.named("Customer", text)
        if wanted is None or customer_id not in (None, wanted):
            return None
        customer_id = wanted
    states = listed(asked.state)
    if states and not request.viewing.is_staff:
        return None  # a state's name is not theirs to know, so none of their orders has one
    return replace(
        whole,
        customer_id=customer_id,
        status=listed(asked.status),
        payment_status=listed(asked.payment_status),
        fulfillment_status=listed(asked.fulfillment_status),
        return_status=listed(asked.return_status),
        state=states,
        channel=listed(asked.channel),
        placed_after=given(asked.placed_after),
        placed_before=given(asked.placed_before),
        expected_before=given(asked.expected_before),
        delayed=given(asked.delayed),
        entered_before=_since(given(asked.stuck_for_minutes), request),
        words=_words(given(asked.query) or "", request.ports),
    )


def _since(minutes: int | None, request: Request) -> datetime | None:
    """The moment that long ago, as far back as there are any."""
    if minutes is None:
        return None
    if minutes < 0:
        raise BadRequest("A number of minutes is not negative.")
    now = request.viewing.now
    return now - min(timedelta(minutes=minutes), now - datetime.min.replace(tzinfo=UTC))


def _words(query: str, ports: Ports) -> tuple[str, ...]:
    """What the text stands for in the references of an order, whichever kind of word it is."""
    text = query.strip()
    if not text:
        return ()
    number, email, phone = parse_order_number(text), ports.checks.email(text), ports.checks.phone(text, None)
    words = [text, number]
    words += [ports.personals.lookup(kind, word) for kind, word in (("email", email), ("phone", phone)) if word]
    return (*(word for word in words if word), ports.personals.lookup("name", text))
