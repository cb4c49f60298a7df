"""Whether this process lives, and whether it should be sent work."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.ports import Ports, Reader, UnitOfWork
from gateway.logs import log

KEPT = 1.0  # seconds that an answer of the store is good for


@dataclass
class Life:
    """Of one app: what `/health/ready` looks at besides the store."""

    draining: bool = False
    checked_at: float = field(default=-KEPT)
    works: bool = False


async def live(request: Request) -> Response:
    """The event loop answers; nothing else is asked."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """503 while the store does not take writes, or while this process comes to its end.

    Without Redis it stays ready: trackings look by themselves every few seconds.
    """
    ports: Ports = request.state.ports
    life: Life = request.app.state.life
    if ports.clock.monotonic() - life.checked_at >= KEPT:
        life.works = await _store_works(ports)
        life.checked_at = ports.clock.monotonic()
    state = {
        "status": "draining" if life.draining else "ready" if life.works else "not ready",
        "store": "ok" if life.works else "failing",
        "feed": "ok" if getattr(ports.feed, "connected", True) else "degraded",
    }
    return JSONResponse(state, 200 if state["status"] == "ready" else 503)


async def _store_works(ports: Ports) -> bool:
    """A transaction that may write, and a read of a table that only this version's migrations have made."""
    try:
        await ports.store.write(_look)
        await ports.store.read(_look)
    except Exception:  # noqa: BLE001 - whatever it is, the answer is no
        log.error("the store does not answer", exc_info=True)
        return False
    return True


async def _look(reader: Reader | UnitOfWork) -> None:
    await reader.shop_version()
