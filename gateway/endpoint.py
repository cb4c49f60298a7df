"""/graphql: one operation a POST, any number over a websocket."""

from datetime import timedelta
from typing import Any, Final

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, process_result
from strawberry.schema.base import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from gateway.answers import bad_request, refusal, unauthenticated
from gateway.auth import SignIn, Unauthenticated
from gateway.bodies import Malformed, decoded, request_of
from gateway.connection import Connection, MakeContext
from gateway.masking import shown
from gateway.origins import Origins
from gateway.sockets import SocketHandler, TextSocket

INIT_TIMEOUT: Final = timedelta(seconds=5)
MOST_SUBSCRIPTIONS: Final = 20
ANSWERED_AT_ONCE: Final = {OperationType.QUERY, OperationType.MUTATION}

NO_PAYLOAD: Final[UnsetType] = UNSET


class Endpoint(GraphQL[Any, None]):
    """Reads `ports` and `sign_in` from the lifespan's state, and `request_id` from the middleware."""

    websocket_adapter_class = TextSocket
    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self, schema: BaseSchema, origins: Origins, make_context: MakeContext, graphiql: str | None = None
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_TIMEOUT,
            multipart_uploads_enabled=False,
            max_subscriptions_per_connection=MOST_SUBSCRIPTIONS,
        )
        self._origins = origins
        self._make_context = make_context
        self._graphiql = graphiql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            if self._origins.allow(socket.headers.get("origin")):
                await self.run(socket)
            else:
                await socket.close()  # before it was accepted: the handshake is answered with 403
        else:
            request = Request(scope, receive)
            answer = self._refused(request) or await self._answer(request)
            await answer(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        """What the headers alone decide."""
        if request.method != "POST":
            if self._graphiql and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(self._graphiql)
            return bad_request("Operations come by POST.", 405, {"Allow": "POST"})
        if not self._origins.allow(request.headers.get("origin")):
            return refusal(403, "FORBIDDEN", "Pages of this origin may not call.")
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        charset = parameters.strip().lower().removeprefix("charset=").strip('"')
        if kind.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
            return bad_request("The body must be application/json.", 415)
        return None

    async def _answer(self, request: Request) -> Response:
        try:
            return await self.run(request)
        except Unauthenticated as error:
            return unauthenticated(str(error))
        except Malformed as error:
            return bad_request(str(error))
        except HTTPException as error:
            return bad_request(error.reason, error.status_code)

    # ------------------------------------------------------------------ what strawberry asks of a view

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        sign_in: SignIn = request.state.sign_in
        if isinstance(request, WebSocket):
            return Connection(request, sign_in, request.state.ports, self._make_context)
        actor = await sign_in.actor(request.headers.get("authorization"))
        return self._make_context(request, actor, request.state.request_id)

    def is_websocket_origin_allowed(self, request: WebSocket, origin: str) -> bool:
        return True  # by now: __call__ has asked Origins, which does not go by the Host header

    async def on_ws_connect(self, context: Connection) -> UnsetType | dict[str, object] | None:
        try:
            await context.authenticate()
        except Unauthenticated:
            raise ConnectionRejectionError from None
        return NO_PAYLOAD

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        return request_of(await request.get_body())

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Any,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        try:
            return await self.schema.execute(
                request_data.query,
                request_data.variables,
                context,
                operation_name=request_data.operation_name,
                allowed_operation_types=ANSWERED_AT_ONCE,
            )
        except (MissingQueryError, CannotGetOperationTypeError):
            raise Malformed("The body's `query` has no operation of this name.") from None
        except InvalidOperationTypeError:
            raise Malformed("Subscriptions come by websocket.") from None

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        if result.errors:
            result.errors = [shown(error, request.state.request_id) for error in result.errors]
        return process_result(result)

    def decode_json(self, data: str | bytes) -> object:
        return decoded(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)  # for HTTP; frames of a websocket are text, see TextSocket
