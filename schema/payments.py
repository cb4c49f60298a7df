"""How an order is paid. Only who may see prices gets this far: for everybody else the list is empty."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.model import payments as core
from domain.model.shop import in_language
from schema.context import Viewing
from schema.fields import field
from schema.money import Money
from schema.nodes import Node
from schema.orders.seen import Seen
from schema.scalars import URL

strawberry.enum(core.PaymentStatus)
strawberry.enum(core.PaymentMethod)
strawberry.enum(core.NextActionKind)
strawberry.enum(core.TransactionKind)
strawberry.enum(core.TransactionStatus)
strawberry.enum(core.RiskLevel)


@strawberry.type(
    description="REDIRECT: go to `url`. PROVIDER_FORM: hand `clientSecret` to the provider's form. "
    "BANK_TRANSFER: show `instructions`."
)
class NextAction:
    kind: core.NextActionKind
    url: URL | None
    client_secret: str | None
    instructions: str | None


@strawberry.type(description="A way to pay that is on offer, and what the provider's own form needs to start.")
class PaymentOption:
    method: core.PaymentMethod
    gateway: str
    title: str
    public_key: str | None


def payment_options(viewing: Viewing) -> list[PaymentOption]:
    """What the shop takes, titled in the viewer's language."""
    return [
        PaymentOption(
            method=one.method,
            gateway=one.gateway,
            title=in_language(one.titles, viewing.locale),
            public_key=one.public_key,
        )
        for one in viewing.shop.payment_options
    ]


@strawberry.type
class RiskAssessment:
    level: core.RiskLevel
    score: float
    reasons: list[str]


@strawberry.type
class PaymentTransaction(Node):
    model: strawberry.Private[core.Transaction]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("PaymentTransaction", self.model.id)

    @field
    def kind(self) -> core.TransactionKind:
        return self.model.kind

    @field
    def status(self) -> core.TransactionStatus:
        return self.model.status

    @field
    def amount(self) -> Money:
        return self.seen.amount(self.model.amount)

    @field
    def gateway_reference(self) -> str | None:
        return self.model.reference

    @field
    def failure(self) -> str | None:
        return self.model.failure

    @field
    def occurred_at(self) -> datetime:
        return self.model.occurred_at


@strawberry.type
class Payment(Node):
    model: strawberry.Private[core.Payment]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("Payment", self.model.id)

    @field
    def status(self) -> core.PaymentStatus:
        return self.model.status

    @field
    def method(self) -> core.PaymentMethod:
        return self.model.method

    @field
    def gateway(self) -> str:
        return self.model.gateway

    @field
    def amount(self) -> Money:
        return self.seen.amount(self.model.amount)

    @field
    def captured(self) -> Money:
        return self.seen.amount(self.model.captured)

    @field
    def refunded(self) -> Money:
        return self.seen.amount(self.model.refunded)

    @field
    def brand(self) -> str | None:
        """Visa, PayPal, Klarna …"""
        return self.model.brand

    @field
    def last4(self) -> str | None:
        return self.model.last4

    @field
    def failure(self) -> str | None:
        return self.model.failure

    @field
    def created_at(self) -> datetime:
        return self.model.created_at

    @field
    def due_at(self) -> datetime | None:
        """An invoice's term."""
        return self.model.due_at

    @field
    def next_action(self) -> NextAction | None:
        """What the buyer must do for it to go on; only its payer sees it."""
        action = self.model.next_action
        if action is None or not self.seen.mine:
            return None
        return NextAction(
            kind=action.kind,
            url=URL(action.url) if action.url else None,
            client_secret=action.client_secret,
            instructions=action.instructions,
        )

    @field
    def transactions(self) -> list[PaymentTransaction]:
        """Staff only."""
        if not self.seen.staff:
            return []
        return [PaymentTransaction(model=one, seen=self.seen) for one in self.model.transactions]

    @field
    def risk(self) -> RiskAssessment | None:
        """Staff only."""
        risk = self.seen.order.risk or self.model.risk
        if risk is None or not self.seen.staff:
            return None
        return RiskAssessment(level=risk.level, score=risk.score, reasons=list(risk.reasons))


@strawberry.input(
    description="A token from the payment provider's own form. Card numbers never reach this server: anything that "
    "looks like one is refused.\nWithout an amount, the rest of what is due: one payment needs none, a gift card and "
    "a card need one."
)
class PaymentInput:
    method: core.PaymentMethod
    token: str | None = strawberry.UNSET
    gateway: str | None = strawberry.UNSET
    amount: Decimal | None = strawberry.UNSET
