"""One order in front of one viewer: what all its parts need to know to show as much as they may."""

from dataclasses import dataclass, replace

import strawberry

from domain.model.actors import ALL_SCOPES, AccessScope, Actor, ActorKind
from domain.model.orders import Order
from schema.context import Viewing
from schema.money import Money


@dataclass(frozen=True, slots=True)
class Seen:
    """`scopes` is what the viewer's session or link opens here."""

    order: Order
    viewing: Viewing
    scopes: frozenset[AccessScope]

    @classmethod
    def by(cls, viewing: Viewing, order: Order) -> "Seen":
        return cls(order, viewing, viewing.scopes(order))

    @classmethod
    def by_buyer(cls, viewing: Viewing, order: Order) -> "Seen":
        """As the guest who has just placed it: the link that opens it, named as the order is, is being handed out."""
        holder = Actor(ActorKind.GUEST, id=order.id, order_id=order.id, scopes=ALL_SCOPES)
        return cls.by(replace(viewing, actor=holder), order)

    @property
    def prices(self) -> bool:
        return AccessScope.VIEW_PRICES in self.scopes

    @property
    def personal(self) -> bool:
        return AccessScope.VIEW_PERSONAL in self.scopes

    @property
    def mine(self) -> bool:
        """The buyer looks, or whoever acts for them by link; staff are never the buyer."""
        return AccessScope.SELF_SERVICE in self.scopes and not self.viewing.is_staff

    @property
    def staff(self) -> bool:
        return self.viewing.is_staff

    @property
    def page(self) -> str | None:
        """Where a link shows all of the order; None for whoever sees less than all, and so may not share it.

        A guest passes on the link that was shown; everybody else the buyer's own, which is named as the order is.
        """
        if self.scopes != ALL_SCOPES:
            return None
        actor = self.viewing.actor
        shown = actor.id if actor.kind is ActorKind.GUEST else None
        return self.viewing.page(shown or self.order.id)

    def price(self, minor: int) -> Money | None:
        return Money(minor=minor, currency=self.order.currency) if self.prices else None

    def amount(self, minor: int) -> Money:
        """For parts that nobody gets to see without the right to prices."""
        return Money(minor=minor, currency=self.order.currency)

    def id(self, type_name: str, *local: str | int) -> strawberry.ID:
        """What is inside an order has an id that contains the order's."""
        return self.viewing.id(type_name, self.order.id, *local)
