"""Names with values, spans of time: the small change of other types."""

from datetime import datetime

import strawberry

from domain.model import products as core


@strawberry.type(description="A name and a value: 'Size', 'M'.")
class Attribute:
    key: str
    value: str


@strawberry.input
class AttributeInput:
    key: str
    value: str


@strawberry.type
class TimeWindow:
    from_: datetime = strawberry.field(name="from")
    to: datetime


@strawberry.input
class TimeWindowInput:
    from_: datetime = strawberry.field(name="from")
    to: datetime


def attributes(given: tuple[core.Attribute, ...]) -> list[Attribute]:
    return [Attribute(key=one.key, value=one.value) for one in given]
