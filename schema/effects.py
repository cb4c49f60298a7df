"""What is owed to the outside world, for staff to see."""

from datetime import datetime

import strawberry

from domain.model import effects as core
from schema.context import Viewing
from schema.fields import field
from schema.nodes import Node

strawberry.enum(core.EffectStatus)


@strawberry.type(
    description="Something owed to the outside world: an authorization, a warehouse call, a message, a timer. FAILED "
    "is the dead letter that retryEffect revives."
)
class Effect(Node):
    model: strawberry.Private[core.Effect]
    viewing: strawberry.Private[Viewing]

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Effect", self.model.key)

    @field
    def action(self) -> str:
        return self.model.action

    @field
    def status(self) -> core.EffectStatus:
        return self.model.status

    @field
    def attempts(self) -> int:
        return self.model.attempt

    @field
    def next_attempt_at(self) -> datetime | None:
        return self.model.run_at if self.model.status is core.EffectStatus.PENDING else None

    @field
    def failure(self) -> str | None:
        return self.model.failure

    @field
    def created_at(self) -> datetime:
        return self.model.created_at

    @field
    def finished_at(self) -> datetime | None:
        return self.model.finished_at
