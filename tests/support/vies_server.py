"""A register of VAT IDs over HTTP: the far end of `apps.pricing.vies` in tests, with answers of the shape that VIES gives."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ViesServer:
    """`known` are the valid numbers, with their letters. `error` is what it says instead: `MS_UNAVAILABLE`, or a status."""

    url: str = ""
    known: set[str] = field(default_factory=set)
    error: str | int = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(asked)
        if isinstance(self.error, int):
            return self.error, {"actionSucceed": False, "errorWrappers": [{"error": "X"}]}
        number = asked["countryCode"] + asked["vatNumber"]
        is_valid = number in self.known and not self.error
        return 200, {
            "countryCode": asked["countryCode"],
            "vatNumber": asked["vatNumber"],
            "requestDate": "2026-11-29T10:00:00.000Z",
            "valid": is_valid,
            "requestIdentifier": "WAPIAAAAY1" if is_valid and asked.get("requesterNumber") else "",
            "userError": self.error or ("VALID" if is_valid else "INVALID"),
            "name": "---",
            "address": "---",
        }


@contextmanager
def vies_server() -> Iterator[ViesServer]:
    register = ViesServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, body = register.answer(json.loads(self.rfile.read(length)))
            content = json.dumps(body).encode()
            self.send_response(status if self.path.endswith("/check-vat-number") else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    register.url = f"http://127.0.0.1:{server.server_port}/rest-api/"
    try:
        yield register
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
