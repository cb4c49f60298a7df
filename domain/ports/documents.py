"""Documents that change while we run."""

from typing import Protocol

from domain.model.shop import Shop
from domain.workflow.definition import Definition


class Workflows(Protocol):
    """Definitions never change; `current` is the one that new orders begin with."""

    def current(self, name: str) -> Definition: ...
    def get(self, name: str, version: int) -> Definition: ...


class Shops(Protocol):
    def current(self) -> Shop: ...
