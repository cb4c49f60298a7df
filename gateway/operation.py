"""What one operation is given: the resolvers' context, and its way past the gate."""

import re
from collections.abc import Callable
from typing import Final

from starlette.requests import HTTPConnection

from domain.model.actors import Actor
from domain.ports import Ports
from gateway.admission import Admission, words_of
from gateway.clients import client_ip
from gateway.config import Settings
from gateway.gate import Gate
from gateway.ids import Cursors, GlobalIds
from gateway.keys import derive
from resolvers.context import RequestContext

LANGUAGE: Final = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:[,;]|$)")
DEFAULT_LANGUAGE: Final = "en"


class OperationContext(RequestContext):
    admission: Admission


def context_maker(settings: Settings) -> Callable[[HTTPConnection, Actor, str], OperationContext]:
    """(connection, actor, request id) -> the context of one operation. `ports` and `gate` stand in the state."""
    ids = GlobalIds(derive(settings.master, "ids"))
    cursors = Cursors(derive(settings.master, "cursors"))

    def make(connection: HTTPConnection, actor: Actor, request_id: str) -> OperationContext:
        ports: Ports = connection.state.ports
        gate: Gate = connection.state.gate
        ip = client_ip(connection, settings.trusted_proxies)
        context = OperationContext(
            ports=ports,
            ids=ids,
            cursors=cursors,
            actor=actor,
            locale=language(connection.headers.get("accept-language", "")),
            access_token=connection.state.sign_in.access_token,
            client_ip=ip,
            request_id=request_id,
        )
        context.admission = Admission(gate, ip, words_of(ports))
        return context

    return make


def language(accepted: str) -> str:
    """The first language that a browser names: people put the one they read best in front."""
    first = LANGUAGE.match(accepted)
    return first.group(1) if first else DEFAULT_LANGUAGE
