"""What production must be given and development makes up: secrets, kept in a file of the owner's own."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from gateway.config import ConfigError, Mode, Settings

FILE = "secrets.json"
OWNER_ONLY = 0o600
PROVIDERS = {"payments": "stripe", "warehouse": "warehouse", "carrier": "easypost"}
"""Which provider each simulated program stands for."""
SIMULATED_PORTS = {"stripe": 8101, "warehouse": 8102, "easypost": 8103}
GENERATED = (
    "secret",
    *(f"{provider}_{word}" for provider in SIMULATED_PORTS for word in ("key", "webhook_secret")),
)


def prepared(settings: Settings, token_bytes: Callable[[int], bytes]) -> Settings:
    """In development, with the secrets of `folder`/secrets.json (made now if there are none) for what is not set.

    The providers' addresses are those of the simulated programs, unless others are set. Raises: ConfigError.
    """
    if settings.mode is not Mode.DEVELOPMENT:
        return settings
    values: dict[str, object] = dict(secrets_of(settings.folder, token_bytes))
    values["warehouse_base_url"] = f"http://127.0.0.1:{SIMULATED_PORTS['warehouse']}"
    chosen = settings.filled(values)
    simulated = {
        f"{provider}_base_url": f"http://127.0.0.1:{port}"
        for provider, port in SIMULATED_PORTS.items()
        if f"{provider}_base_url" not in settings.model_fields_set
    }
    return chosen.model_copy(update=simulated)


def secrets_of(folder: Path, token_bytes: Callable[[int], bytes]) -> dict[str, str]:
    """Read from the file; what it lacks is drawn and written to it first."""
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = _read(path)
        if drawn := {name: token_bytes(32).hex() for name in GENERATED if name not in known}:
            known |= drawn
            _write(path, known, first=len(drawn) == len(GENERATED))
    except FileExistsError:
        return _read(path)  # another program was first
    except OSError as error:
        raise ConfigError(f"cannot keep secrets in {path}: {error.strerror}") from None
    return known


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"others may read {path}: chmod 600 {path}")
    try:
        return {str(name): str(value) for name, value in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError):
        raise ConfigError(f"{path} cannot be read: remove it, and new secrets are made") from None


def _write(path: Path, secrets: dict[str, str], *, first: bool) -> None:
    """The file is there as a whole or not at all; a `first` one does not replace another's."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(secrets, indent=2) + "\n")
    try:
        if first:
            os.link(draft, path)
            draft.unlink()
        else:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
