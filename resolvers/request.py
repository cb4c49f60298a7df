"""One operation: who asks, what it may use, and the moment that its answer is true for."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from domain.model.actors import Actor, ActorKind
from domain.model.errors import AccessDenied, NotFound
from domain.model.orders import Order
from domain.model.sessions import Session
from domain.policies.access import can_see, require_role
from domain.policies.words import spoken
from domain.ports import Ports
from resolvers.loaders import Loaders
from resolvers.paging import Cursors
from schema.context import GlobalIds, Viewing
from schema.errors import BadRequest, Forbidden, Planned, Unauthenticated

AccessToken = Callable[[Session], tuple[str, datetime]]
"""(a session) -> a token of it, and until when it is good"""


class Request:
    """Lives as long as its operation; a subscription's begins anew with every event. Holds no unit of work."""

    def __init__(
        self,
        *,
        ports: Ports,
        ids: GlobalIds,
        cursors: Cursors,
        actor: Actor,
        locale: str,
        access_token: AccessToken,
        client_ip: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.ports = ports
        self.ids = ids
        self.cursors = cursors
        self.actor = actor
        self.locale = locale
        self.access_token = access_token
        self.client_ip = client_ip
        self.request_id = request_id
        self.renew()

    def renew(self) -> None:
        """What was loaded is forgotten, and it is now: before each mutation, and each event of a subscription."""
        shop = self.ports.shops.current()
        self.loaders = Loaders(self.ports.store)
        self.viewing = Viewing(
            actor=self.actor,
            locale=self.locale,
            now=self.ports.clock.now(),
            shop=shop,
            ids=self.ids,
            formatted=partial(self.ports.checks.formatted, locale=self.locale),
            day=partial(self.ports.dates.day, locale=spoken(self.locale), time_zone=shop.time_zone),
            definition=self.ports.workflows.get,
            page=self._page,
        )

    def become(self, actor: Actor) -> None:
        """From here on it is this one who asks."""
        self.actor = actor
        self.renew()

    def _page(self, link_id: str) -> str:
        return f"{self.ports.public_url}/track#{self.ports.links.token(link_id)}"

    @property
    def cursor_viewer(self) -> str | None:
        return None if self.viewing.is_anonymous else self.actor.viewer

    @property
    def is_guest(self) -> bool:
        return self.actor.kind is ActorKind.GUEST

    def named(self, type_name: str, text: str) -> str | None:
        """The value of an id of that type; None for an id of another type. Raises: BadRequest for no id of ours."""
        kind, value = self.decoded(text)
        return value if kind == type_name else None

    def decoded(self, text: str) -> tuple[str, str]:
        """Type and value. Raises: BadRequest for what we never gave out, which is not the same as what is not there."""
        found = self.ids.decode(text)
        if found is None:
            raise BadRequest("This is not an id of ours.")
        return found

    def must_name(self, type_name: str, text: str, *field: str) -> str:
        """The value of an id of that type. Raises: NotFound, at that field of the input, for anything else."""
        found = self.ids.decode(text)
        if found is None or found[0] != type_name:
            raise NotFound(*field)
        return found[1]

    async def visible(self, order_id: str | None) -> Order | None:
        """The order, if there is one and this viewer may see it."""
        if order_id is None:
            return None
        order = await self.loaders.orders.load(order_id)
        return order if order is not None and can_see(self.actor, order) else None

    def require(self, verb: str) -> None:
        """Raises: Forbidden, or Unauthenticated, for who is not staff with a role for it."""
        try:
            require_role(self.actor, verb)
        except AccessDenied:
            raise self.denial() from None

    def denial(self) -> Planned:
        """Why somebody is turned away who may not ask at all."""
        return Unauthenticated() if self.viewing.is_anonymous else Forbidden()
