"""What the servers of payment providers in tests have in common: HTTP in JSON, faults on demand, idempotency keys."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Answer = tuple[int, dict[str, Any]]
Answered = dict[str, tuple[str, str, Answer]]


class Refused(Exception):
    """`code` is the provider's word for the reason."""

    def __init__(self, message: str, code: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status, self.type = code, status, "invalid_request_error"


@dataclass(frozen=True)
class Sent:
    """A request. `headers` has lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    raw: str


@dataclass
class ProviderServer(ABC):
    """`fail` is a list of statuses with which the next requests are answered instead."""

    url: str = ""
    fail: list[int] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    headers: Mapping[str, str] = field(default_factory=dict)

    def take(self, sent: Sent) -> Answer:
        with self.lock:
            self.requests.append((sent.method, sent.path))
            if self.fail:
                return self.fail.pop(0), {"error": {"type": "api_error", "message": "Not now."}}
            return self.answer(sent)

    @abstractmethod
    def answer(self, sent: Sent) -> Answer: ...


def once(
    answered: Answered, key: str, sent: Sent, make: Callable[[], Answer], conflict: Answer | None
) -> Answer:
    """A repeated key gets the first answer; with another request `conflict`, where there is one."""
    known = answered.get(key)
    if known is None:
        answered[key] = (sent.path, sent.raw, make())
        return answered[key][2]
    if conflict is not None and known[:2] != (sent.path, sent.raw):
        return conflict
    return known[2]


@contextmanager
def serving(server: ProviderServer) -> Iterator[None]:
    """The server has an address meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take("GET")

        def do_POST(self) -> None:
            self._take("POST")

        def do_DELETE(self) -> None:
            self._take("DELETE")

        def _take(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = Sent(method, address.path, address.query, headers, raw)
            status, body = server.take(sent)
            answer = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    door = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.daemon_threads = True
    server.url = f"http://127.0.0.1:{door.server_address[1]}"
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield
    finally:
        door.shutdown()
        door.server_close()
