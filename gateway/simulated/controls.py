"""What all three programs offer to whoever steers them: a page that says what they are, faults, and the clock."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.simulated.clock import iso
from gateway.simulated.faults import UnknownFault
from gateway.simulated.program import Program
from gateway.simulated.wire import Refused, document, seconds

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#222}"
    ".simulated{background:#fff3bf;border:1px solid #e6c200;border-radius:6px;padding:.5rem 1rem}"
    "button{font:inherit;padding:.5rem 1.25rem;margin-right:.75rem;border-radius:6px;border:1px solid #888}"
    "button:focus-visible{outline:3px solid #1c7ed6}td,th{text-align:left;padding:.2rem .8rem .2rem 0}"
)


def page(title: str, body: str, status: int = 200) -> Response:
    """A page that says above all that it is simulated. `body` is HTML; `title` is text."""
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Simulated: {escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        '<p class="simulated"><strong>Simulated.</strong> No money moves and no parcel travels here.</p>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(html, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def control_routes(program: Program) -> list[BaseRoute]:
    async def home(request: Request) -> Response:
        names = "".join(
            f"<tr><th scope=row>{escape(name)}</th><td>{escape(what)}</td></tr>"
            for name, what in program.faults.names.items()
        )
        return page(
            program.kind.title, f"<p>Faults that can be switched at <code>/faults</code>:</p><table>{names}</table>"
        )

    async def faults(request: Request) -> Response:
        if request.method == "PUT":
            try:
                program.faults.switch(await document(request))
            except UnknownFault as error:
                raise Refused(400, str(error), faults=sorted(program.faults.names)) from None
        elif request.method == "DELETE":
            program.faults.clear()
        return JSONResponse(program.faults.shown())

    async def advance(request: Request) -> Response:
        program.advance(seconds(await document(request), "seconds"))
        return JSONResponse({"now": iso(program.clock.now())})

    return [
        Route("/", home),
        Route("/faults", faults, methods=["GET", "PUT", "DELETE"]),
        Route("/control/advance", advance, methods=["POST"]),
    ]
