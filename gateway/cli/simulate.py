"""simulate: one of the simulated programs, alone."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from cyclopts import Parameter

from gateway.cli.starting import settings_of
from gateway.config import Settings
from gateway.development import PROVIDERS
from gateway.problems import CannotStart
from gateway.simulated.program import CannotStart as NotSimulated
from gateway.simulated.run import rates, serve

Program = Literal["payments", "warehouse", "carrier"]


def simulate(
    program: Program,
    *,
    port: int | None = None,
    fault: Annotated[list[str] | None, Parameter(negative_iterable=())] = None,
    speed: float = 1.0,
    seed: str | None = None,
) -> None:
    """Run one simulated program until Ctrl-C or SIGTERM, with a ledger of its own under WAYMARK_FOLDER.

    Parameters
    ----------
    program
        which one
    port
        the loopback port, instead of the one in the settings
    fault
        a fault and how likely it is: decline=0.1; may be given several times
    speed
        how many times as fast as usual things happen by themselves
    seed
        repeats what happens by chance
    """
    settings = settings_of(development=True)
    provider = PROVIDERS[program]
    serve(
        program,
        port if port is not None else _port(getattr(settings, f"{provider}_base_url")),
        settings.folder / "simulated",
        f"{settings.public}/webhooks/{provider}",
        _webhook_secret(settings, provider),
        getattr(settings, f"{provider}_key").get_secret_value(),
        _rates(fault or []),
        speed,
        seed,
        carrier_url=settings.easypost_base_url if program == "warehouse" else "",
    )


def _rates(pairs: list[str]) -> dict[str, float]:
    try:
        return rates(pairs)
    except NotSimulated as error:
        raise CannotStart(str(error)) from None


def _port(address: str) -> int:
    port = urlsplit(address).port
    if port is None:
        raise CannotStart("the provider's address names no port: say --port")
    return port


def _webhook_secret(settings: Settings, provider: str) -> str:
    secrets = getattr(settings, f"{provider}_webhook_secret")
    return str(secrets[0].get_secret_value()) if secrets else ""
