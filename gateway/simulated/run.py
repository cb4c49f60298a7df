"""Starts one simulated program: as an app in this process, or serving on a loopback port until it is told to end."""

import argparse
import asyncio
import base64
import logging
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.simulated.boundary import Boundary
from gateway.simulated.carrier import CARRIER
from gateway.simulated.controls import control_routes
from gateway.simulated.payments import PAYMENTS
from gateway.simulated.program import CannotStart, Kind, Options, Program
from gateway.simulated.server import DroppingProtocol, SimulatedServer, bound_to, locked
from gateway.simulated.warehouse import WAREHOUSE
from gateway.simulated.wire import Refused, shown

KINDS: dict[str, Kind] = {kind.name: kind for kind in (PAYMENTS, WAREHOUSE, CARRIER)}


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = {"error": {"type": "invalid_request_error", "message": error.detail}}
    return JSONResponse(body, error.status_code, dict(error.headers or {}))


async def _broken(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": {"type": "api_error", "message": "the simulated program has a defect"}}, 500)


def _ended(task: "asyncio.Task[None]") -> None:
    """Nothing that runs beside the requests may end unnoticed."""
    if not task.cancelled() and task.exception() is not None:
        logging.getLogger(__name__).critical("stopped, callbacks or plans stand still", exc_info=task.exception())


def _assemble(program: Program) -> Starlette:
    @asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(program.schedule.run()), asyncio.create_task(program.callbacks.run())]
        for task in tasks:
            task.add_done_callback(_ended)
        try:
            yield
        finally:
            program.closing.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            program.ledger.close()

    return Starlette(
        routes=[*control_routes(program), *program.kind.routes(program)],
        middleware=[Middleware(Boundary, program=program)],
        exception_handlers={Refused: shown, HTTPException: _http_error, Exception: _broken},
        lifespan=living,
    )


def _program(kind: str, options: Options) -> Program:
    if kind not in KINDS:
        raise CannotStart(f"there is no simulated {kind}; there are: {', '.join(KINDS)}")
    if kind == "warehouse" and options.secret:
        try:
            base64.b64decode(options.secret.removeprefix("whsec_") + "==")
        except ValueError:
            raise CannotStart("the warehouse's secret is base64, with or without the prefix whsec_") from None
    try:
        return Program(KINDS[kind], options)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise CannotStart(f"simulated {kind} in {options.folder}: {error}") from error


def app(kind: str, options: Options) -> Starlette:
    """The program for use in this process. Its callbacks and plans run while its lifespan does.

    Raises: CannotStart.
    """
    return _assemble(_program(kind, options))


def _run(kind: str, port: int, options: Options, with_parent: bool) -> None:
    try:
        lock = locked(options.folder, kind)
    except OSError as error:
        raise CannotStart(f"the folder {options.folder} cannot be used: {error.strerror}") from None
    with lock, bound_to(port) as bound:
        program = _program(kind, replace(options, address=f"http://127.0.0.1:{bound.getsockname()[1]}"))
        config = uvicorn.Config(
            _assemble(program), http=DroppingProtocol, ws="none", lifespan="on", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, timeout_graceful_shutdown=1,
        )  # fmt: skip
        with suppress(KeyboardInterrupt):
            SimulatedServer(config, program, os.getppid() if with_parent else None).run(sockets=[bound])


def serve(
    kind: str,
    port: int,
    folder: Path,
    callback_url: str,
    secret: str,
    key: str,
    faults: Mapping[str, float] | None = None,
    speed: float = 1.0,
    seed: str | None = None,
    *,
    carrier_url: str = "",
    with_parent: bool = False,
) -> None:
    """Serves until SIGTERM or SIGINT. `with_parent`: also ends when the process that started it has.

    Raises: SystemExit with one line when it cannot start.
    """
    options = Options(
        folder=folder, callback_url=callback_url, secret=secret, key=key, faults=faults or {}, speed=speed, seed=seed,
        carrier_url=carrier_url,
    )  # fmt: skip
    logging.basicConfig(level=logging.WARNING, format=f"simulated {kind}: %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    try:
        _run(kind, port, options, with_parent)
    except CannotStart as error:
        sys.exit(f"waymark: {error}")


def rates(pairs: list[str]) -> dict[str, float]:
    """`decline=0.1` each. Raises: CannotStart."""
    try:
        return {name: float(rate) for name, _, rate in (pair.partition("=") for pair in pairs)}
    except ValueError:
        raise CannotStart("a fault is given as name=probability, for example decline=0.1") from None


def main(words: list[str] | None = None) -> None:
    """`python -m gateway.simulated.run payments --port 8101 --folder var/simulated ..`"""
    parser = argparse.ArgumentParser("gateway.simulated.run", description="One simulated program.")
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--callback-url", default="")
    parser.add_argument("--secret", default=os.environ.get("WAYMARK_SIMULATED_SECRET", ""))
    parser.add_argument("--key", default=os.environ.get("WAYMARK_SIMULATED_KEY", ""))
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seed")
    parser.add_argument("--carrier-url", default="")
    parser.add_argument("--with-parent", action="store_true")
    given = parser.parse_args(words)
    try:
        faults = rates(given.fault)
    except CannotStart as error:
        sys.exit(f"waymark: {error}")
    serve(
        given.kind, given.port, given.folder, given.callback_url, given.secret, given.key, faults, given.speed,
        given.seed, carrier_url=given.carrier_url, with_parent=given.with_parent,
    )  # fmt: skip


if __name__ == "__main__":
    main()
