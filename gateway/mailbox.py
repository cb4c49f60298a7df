"""/dev/mailbox, in development: what would have been sent, to be read before any provider is set up.

Messages are shown as strangers' words: the page runs no script, and an e-mail sees nothing but itself.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain.model.orders import NotificationChannel
from gateway.config import Settings
from gateway.lifecycle.telling import Letter, mailbox_of
from notifications.segments import segments

PATH: Final = "/dev/mailbox"
FILES: Final = Path(__file__).parent / "static" / "mailbox"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PAGES: Final = Environment(loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined)


def routes(settings: Settings) -> list[BaseRoute]:
    """Handlers are plain functions: they read files, so Starlette runs them in a thread."""
    mailbox = mailbox_of(settings)

    def shelf(request: Request) -> Response:
        letters = list(mailbox.letters())
        mails = [one for one in letters if one.channel is NotificationChannel.EMAIL]
        talks: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in reversed([one for one in letters if one.channel is NotificationChannel.SMS]):
            talks[one.to].append({"letter": one, "segments": segments(one.text)})
        return _page("shelf.html", mails=mails, talks=talks)

    def one(request: Request) -> Response:
        return _page("letter.html", letter=found(request))

    def html(request: Request) -> Response:
        letter = found(request)
        if letter.html is None:
            raise HTTPException(404)
        return HTMLResponse(letter.html, headers=_fresh(MAIL_POLICY))

    def everything(request: Request) -> Response:
        return JSONResponse([_told(letter) for letter in mailbox.letters()], headers=_fresh(POLICY))

    def found(request: Request) -> Letter:
        letter = mailbox.letter(request.path_params["id"])
        if letter is None:
            raise HTTPException(404)
        return letter

    return [
        Route(PATH, shelf),
        Route(f"{PATH}.json", everything),
        Route(f"{PATH}/mailbox.css", _style),
        Route(f"{PATH}/{{id}}", one),
        Route(f"{PATH}/{{id}}/html", html),
    ]


def _page(template: str, **shown: Any) -> Response:
    return HTMLResponse(PAGES.get_template(template).render(path=PATH, **shown), headers=_fresh(POLICY))


def _style(request: Request) -> Response:
    return Response((FILES / "mailbox.css").read_bytes(), media_type="text/css", headers=_fresh(POLICY))


def _fresh(policy: str) -> Mapping[str, str]:
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


def _told(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "channel": letter.channel.value,
        "at": letter.at.isoformat(),
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
    }
