"""demo: everything at once."""

from gateway.cli.starting import settings_of
from gateway.cli.world import on_free_ports, simulated_world
from gateway.listeners import bound


def demo(*, host: str | None = None, port: int | None = None) -> None:
    """A demo shop in a simulated world, for development, until Ctrl-C. What is in it survives a restart.

    Parameters
    ----------
    host
        the address to listen on, instead of WAYMARK_HOST
    port
        the port to listen on, instead of WAYMARK_PORT; 0 takes a free one
    """
    settings = on_free_ports(settings_of(development=True, host=host, port=port))
    with bound(settings) as (settings, listener), simulated_world(settings) as world:
        # The gateway is loaded only now, so that the simulated programs load meanwhile.
        from gateway.cli.demo_shop import open_shop  # noqa: PLC0415

        open_shop(settings, listener, world)
