"""serve, worker."""

from gateway.cli.starting import run, settings_of
from gateway.listeners import bound
from gateway.serving import serve as serve_app
from gateway.worker import alone


def serve(*, host: str | None = None, port: int | None = None, worker: bool = True) -> None:
    """Serve the gateway until Ctrl-C or SIGTERM; it also carries out effects.

    Parameters
    ----------
    host
        the address to listen on, instead of WAYMARK_HOST
    port
        the port to listen on, instead of WAYMARK_PORT; 0 takes a free one
    worker
        whether it also carries out effects; if not, somebody else must (`waymark worker`)
    """
    with bound(settings_of(host=host, port=port)) as (settings, listener):
        run(serve_app(settings, listener, worker=worker))


def worker() -> None:
    """Carry out effects until Ctrl-C or SIGTERM. Any number of workers may share a Postgres database."""
    run(alone(settings_of()))
