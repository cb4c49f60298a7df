"""Every setting, its default and its meaning."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.model.actors import Role
from gateway.config.kinds import PREFIX, Address, ConfigError, Issuer, Mode, Secrets, Words, mapped, words

TOGETHER = (
    ("twilio_account_sid", "twilio_auth_token", "twilio_from"),
    ("sendgrid_key", "sendgrid_from"),
    ("oidc_issuer", "oidc_audience"),
)
"""All of them or none: half a provider would be found out by the first message."""
OPTIONAL = {
    "storefront_url",
    "redis_url",
    "limit_loopback",
    "shop_file",
    "fault",
    "oidc_jwks_url",
    *(name for group in TOGETHER for name in group),
}


def is_given(value: object) -> bool:
    """An empty list of webhook secrets is a choice, an empty key is none."""
    return value is not None and not (isinstance(value, SecretStr) and not value.get_secret_value())


class Settings(BaseSettings):
    """Frozen. What is None here and has no default must be set in production; development generates it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, extra="forbid")

    mode: Mode = Field(
        default=Mode.PRODUCTION,
        description="`production`, or `development`: GraphiQL, introspection, generated secrets, a simulated world",
    )
    folder: Path = Field(default=Path("var"), description="where development keeps its generated secrets and ledgers")
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    public_url: Address | None = Field(default=None, description="how the outside reaches this gateway")
    storefront_url: Address | None = Field(
        default=None,
        description="where links in messages lead, if the shop has pages of its own at /track and /sign-in under it; "
        "left out: to the plain ones of this gateway",
    )
    allowed_origins: Words = Field(
        default=(), description="origins of pages that may call, by HTTP and websocket alike: `https://shop.example`"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=10, description="how many proxies of ours stand in front and write X-Forwarded-For"
    )

    database_url: str = Field(
        default="sqlite:///var/waymark.db", repr=False, description="`sqlite:///FILE` or `postgresql://user@host/name`"
    )
    redis_url: str | None = Field(
        default=None,
        repr=False,
        description="joins gateways and workers of several processes; without it each is alone",
    )
    redis_prefix: str = Field(default="waymark:", description="what our channels and keys in Redis begin with")
    secret: SecretStr | None = Field(
        default=None, description="the master secret, 32 characters or more; all keys are derived from it"
    )

    stripe_base_url: Address = Field(default="https://api.stripe.com", description="the payment provider")
    stripe_key: SecretStr | None = Field(default=None, description="our key at the payment provider")
    stripe_webhook_secret: Secrets | None = Field(
        default=None, description="signs /webhooks/stripe; several while rotating; empty closes that door"
    )
    warehouse_base_url: Address | None = Field(default=None, description="the warehouse")
    warehouse_key: SecretStr | None = Field(default=None, description="our key at the warehouse")
    warehouse_webhook_secret: Secrets | None = Field(
        default=None,
        description="signs /webhooks/warehouse (base64, `whsec_` may stand before it); several while rotating",
    )
    easypost_base_url: Address = Field(default="https://api.easypost.com", description="the carriers' aggregator")
    easypost_key: SecretStr | None = Field(default=None, description="our key at the carriers' aggregator")
    easypost_webhook_secret: Secrets | None = Field(
        default=None, description="signs /webhooks/easypost; several while rotating; empty closes that door"
    )

    twilio_base_url: Address = Field(default="https://api.twilio.com", description="who sends SMS")
    twilio_account_sid: str | None = Field(default=None, description="our account there; without one no SMS is sent")
    twilio_auth_token: SecretStr | None = Field(default=None, description="that account's token")
    twilio_from: str | None = Field(
        default=None, description="the number that SMS come from, or the id of a messaging service (MG...)"
    )
    sendgrid_base_url: Address = Field(default="https://api.sendgrid.com", description="who sends e-mail")
    sendgrid_key: SecretStr | None = Field(
        default=None, description="our key there; without one no e-mail is sent, and development has /dev/mailbox"
    )
    sendgrid_from: str | None = Field(default=None, description="the address that e-mail comes from")

    oidc_issuer: Issuer | None = Field(
        default=None,
        description="the OpenID Connect issuer whose tokens we take, as they write it (`iss`)",
    )
    oidc_audience: str | None = Field(default=None, description="whom its tokens must be meant for (`aud`)")
    oidc_jwks_url: Address | None = Field(
        default=None, description="where its keys are; left out: where its discovery document says"
    )
    oidc_signs_in: Annotated[tuple[Literal["staff", "customers"], ...], NoDecode, BeforeValidator(words)] = Field(
        default=("staff",), description="whom it signs in: `staff`, `customers` or both"
    )
    oidc_email_claim: str = Field(
        default="email", description="the claim with the e-mail address; a customer's must be verified"
    )
    oidc_roles_claim: str = Field(
        default="roles", description="the claim with the roles of staff; dots lead inside, as in `realm_access.roles`"
    )
    oidc_roles: Annotated[tuple[str, ...], NoDecode, BeforeValidator(words), AfterValidator(mapped)] = Field(
        default=(),
        description="`theirs=ours` for each role, where the issuer calls them otherwise than we do",
    )

    operations_per_minute_per_ip: int = Field(
        default=12_000, ge=1, description="GraphQL operations from one address (IPv6: from one /64)"
    )
    place_order_per_minute_per_ip: int = Field(default=600, ge=1, description="placeOrder from one address")
    place_order_per_hour_per_email: int = Field(default=600, ge=1, description="placeOrder for one e-mail address")
    quote_per_minute_per_ip: int = Field(default=1_200, ge=1, description="quote and cancelQuote from one address")
    lookup_per_minute_per_ip: int = Field(default=1_200, ge=1, description="orderByNumber from one address")
    sending_per_hour_per_ip: int = Field(
        default=60, ge=1, description="requestSignIn and requestTrackingLink from one address, together"
    )
    sending_per_hour_per_recipient: int = Field(
        default=5, ge=1, description="messages that anybody may ask for, to one e-mail address or phone number"
    )
    tracking_link_per_hour_per_order: int = Field(
        default=10, ge=1, description="requestTrackingLink for one order number"
    )
    sign_in_per_minute_per_ip: int = Field(default=60, ge=1, description="signIn and refreshSignIn from one address")
    request_return_per_hour_per_ip: int = Field(default=60, ge=1, description="requestReturn from one address")
    limit_loopback: bool | None = Field(
        default=None, description="whether limits count for this machine itself; left out: in production only"
    )

    settle_seconds: float = Field(
        default=2.0, ge=0, le=30, description="how long placeOrder waits for payment, stock and risk"
    )
    feed_poll_seconds: float = Field(
        default=2.0, gt=0, description="how often a live tracking looks without being woken"
    )
    effects_poll_seconds: float = Field(default=1.0, gt=0, description="how often a worker looks for what is due")
    lease_seconds: float = Field(
        default=30.0,
        ge=1,
        le=3600,
        description="how long what a worker has begun is its own: after a crash others take it up then; "
        "a call to a partner gets half of it at the most",
    )
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        le=300,
        description="how long /health/ready says 503 before an end begins, so that load balancers see it",
    )
    shop_file: Path | None = Field(default=None, description="the shop's document for a database that has none yet")
    fault: str | None = Field(
        default=None,
        pattern="^[a-z_]+(:[1-9][0-9]{0,5})?$",
        description="for tests of recovery: a named point of the code (`after_commit:3`: at the third passing) "
        "at which this process ends as by kill -9",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least that is logged"
    )

    @property
    def is_development(self) -> bool:
        return self.mode is Mode.DEVELOPMENT

    @property
    def limits_loopback(self) -> bool:
        return self.limit_loopback if self.limit_loopback is not None else not self.is_development

    @property
    def master(self) -> bytes:
        """The master secret's bytes, for `keys.derive` and nothing else."""
        if self.secret is None:
            raise ConfigError(f"{PREFIX}SECRET is not set")
        return self.secret.get_secret_value().encode()

    @property
    def public(self) -> str:
        """Where links begin; development has no address but the one it listens on."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def links(self) -> str:
        """What links in messages begin with."""
        return self.storefront_url or self.public

    @property
    def roles_by_theirs(self) -> dict[str, Role]:
        return {theirs: Role(ours) for theirs, _, ours in (one.rpartition("=") for one in self.oidc_roles)}

    def missing(self) -> list[str]:
        """Names of the variables without which nothing can be served, in the order of the table."""
        return [PREFIX + name.upper() for name in self.needed() if not is_given(getattr(self, name))]

    def needed(self) -> list[str]:
        spared = OPTIONAL | ({"public_url"} if self.is_development else set())
        return [name for name, field in type(self).model_fields.items() if field.default is None and name not in spared]

    def filled(self, values: Mapping[str, Any]) -> Self:
        """With these for what is not set."""
        absent = {name: value for name, value in values.items() if getattr(self, name) is None}
        return type(self).model_validate(self.model_dump() | absent)
