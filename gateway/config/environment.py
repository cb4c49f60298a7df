"""Settings read from the environment, and told as a table."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from gateway.config.kinds import PREFIX, ConfigError
from gateway.config.settings import OPTIONAL, TOGETHER, Settings, is_given

OTHERS = ("WAYMARK_TEST_", "WAYMARK_SIMULATED_")
"""Variables of the tests and of the simulated programs: not ours to judge."""
SHORTEST_SECRET = 32


def from_environment(**changes: Any) -> Settings:
    """As the environment says, but for `changes`. Raises: ConfigError."""
    try:
        return Settings(**changes)
    except ValidationError as error:
        raise ConfigError("; ".join(_fault(one["loc"], one["msg"]) for one in error.errors())) from None


def _fault(where: tuple[int | str, ...], what: str) -> str:
    """Never with the value: it may be a secret in the wrong variable."""
    name = str(where[0]).upper() if where else ""
    return f"{name if name.startswith(PREFIX) else PREFIX + name}: {what.removeprefix('Value error, ')}"


def unknown(environment: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none: most are misspelled."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(
        name for name in environment if name.startswith(PREFIX) and name not in known and not name.startswith(OTHERS)
    )


def complete(settings: Settings) -> Settings:
    """The settings, once nothing is missing. Raises: ConfigError, naming each that is."""
    if missing := settings.missing():
        raise ConfigError(f"{settings.mode} needs {', '.join(missing)} in the environment")
    if settings.secret is not None and len(settings.secret.get_secret_value()) < SHORTEST_SECRET:
        raise ConfigError(f"{PREFIX}SECRET is too short: {SHORTEST_SECRET} characters or more, drawn by chance")
    for group in TOGETHER:
        lacking = [name for name in group if not is_given(getattr(settings, name))]
        if 0 < len(lacking) < len(group):
            given = next(name for name in group if name not in lacking)
            names = ", ".join(PREFIX + name.upper() for name in lacking)
            raise ConfigError(f"{PREFIX}{given.upper()} is set, so {names} must be too")
    if settings.oidc_issuer and settings.oidc_issuer.startswith("http:") and not settings.is_development:
        raise ConfigError(f"{PREFIX}OIDC_ISSUER must begin with https:// in production")
    return settings


def table() -> str:
    """Every setting as a row of Markdown: variable, default, meaning."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_default(name, field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _default(name: str, value: object) -> str:
    if value is None:
        return "" if name in OPTIONAL else "must be set in production"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`"
