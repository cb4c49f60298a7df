"""/track and /sign-in: where the links in messages lead when the shop has no pages of its own for them.

What opens an order stands behind the # of the address, so no server ever sees it: the page asks /graphql for what to
show, as any storefront does. The policy lets it load nothing, and ask nobody, from elsewhere.
"""

import json
from pathlib import Path
from typing import Final

from graphql import parse, print_ast, separate_operations, strip_ignored_characters
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from domain.policies.words import language as spoken
from domain.ports import Ports
from gateway.operation import language

PATH: Final = "/pages"
FILES: Final = Path(__file__).parent / "static" / "pages"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{sockets}; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES: Final = Environment(loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined)
WORDS: Final[dict[str, dict[str, str]]] = json.loads((FILES / "words.json").read_text(encoding="utf-8"))
DOCUMENTS: Final = {
    name: strip_ignored_characters(print_ast(document))
    for name, document in separate_operations(parse((FILES / "documents.graphql").read_text(encoding="utf-8"))).items()
}
"""Each operation by its name, with the fragments that it needs."""


def routes(host: str) -> list[BaseRoute]:
    """`host` is where the pages are served, with its port: some browsers do not count a websocket to it as 'self'."""
    headers = {"Content-Security-Policy": POLICY.format(sockets=f" ws://{host} wss://{host}")}

    def page(name: str) -> Route:
        async def show(request: Request) -> Response:
            ports: Ports = request.state.ports
            tongue = spoken(language(request.headers.get("accept-language", "")))
            shown = PAGES.get_template("page.html").render(
                name=name,
                path=PATH,
                language=tongue,
                shop=ports.shops.current().name,
                words=WORDS[tongue],
                given={"words": WORDS, "documents": DOCUMENTS, "shop": ports.shops.current().name},
            )
            return HTMLResponse(shown, headers=headers)

        return Route(f"/{name}", show, methods=["GET"])

    return [page("track"), page("sign-in"), Mount(PATH, StaticFiles(directory=FILES))]
