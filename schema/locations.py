"""Where orders come in, and where goods stand or change hands."""

import strawberry

from domain.model import shop as core
from schema.addresses import MailingAddress
from schema.context import Viewing
from schema.fields import field
from schema.nodes import Node

strawberry.enum(core.ChannelKind)
strawberry.enum(core.LocationKind)


@strawberry.type(description="Where orders come in; a merchant may run several of one kind.")
class Channel:
    handle: str
    name: str
    kind: core.ChannelKind


def channel(handle: str, viewing: Viewing) -> Channel:
    """A channel that the shop has given up since still has its handle."""
    found = viewing.shop.channel(handle) or core.Channel(handle, handle)
    return Channel(handle=found.handle, name=found.name, kind=found.kind)


@strawberry.type
class Location(Node):
    model: strawberry.Private[core.Location]
    viewing: strawberry.Private[Viewing]

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Location", self.model.handle)

    @field
    def name(self) -> str:
        return self.model.name

    @field
    def kind(self) -> core.LocationKind:
        return self.model.kind

    @field
    def address(self) -> MailingAddress | None:
        if self.model.address is None:
            return None
        return MailingAddress(model=self.model.address, viewing=self.viewing)

    @field
    def latitude(self) -> float | None:
        return self.model.latitude

    @field
    def longitude(self) -> float | None:
        return self.model.longitude

    @field
    def opening_hours(self) -> list[str]:
        """Lines to print: 'Mon-Fri 9-18'."""
        return list(self.model.opening_hours)


def location(handle: str, viewing: Viewing) -> Location:
    """A place that the shop has given up since is still called by its handle."""
    return Location(model=viewing.shop.location(handle) or core.Location(handle, handle), viewing=viewing)


def some_location(handle: str | None, viewing: Viewing) -> Location | None:
    return location(handle, viewing) if handle is not None else None
