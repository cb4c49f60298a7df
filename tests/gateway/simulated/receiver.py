"""A tiny receiver of callbacks on a real socket: keeps what it gets, answers what the test wants."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    url: str = ""
    got: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # used up one by one; then 204

    def wait(self, enough: Callable[[list[Received]], bool], seconds: float = 15.0) -> list[Received]:
        """What has come once it is enough."""
        end = time.monotonic() + seconds
        while not enough(self.got):
            assert time.monotonic() < end, f"waited {seconds} s, and got {[one.body[:200] for one in self.got]}"
            time.sleep(0.01)
        return list(self.got)

    def settle(self, seconds: float = 0.4) -> list[Received]:
        """What has come when nothing more came for a while."""
        count = -1
        while count != len(self.got):
            count = len(self.got)
            time.sleep(seconds)
        return list(self.got)

    def about(self, field_: str, value: str) -> list[dict[str, Any]]:
        return [one.json for one in list(self.got) if one.json.get(field_) == value]


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed in the middle of it
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(headers, body, time.monotonic()))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Senders are killed on purpose here."""

    server = Server(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/callbacks"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
