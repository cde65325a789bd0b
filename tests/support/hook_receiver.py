"""A receiver of webhooks on this machine: a real HTTP server that answers as a test asks, or not at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """`behave` is what the next requests get: a status, `drop`, `drip` or `redirect`; 200 when it is empty."""

    url: str = ""
    behave: list[int | str] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hook_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append((headers, body))
            wanted = receiver.behave.pop(0) if receiver.behave else 200
            if wanted == "drop":
                self.connection.close()
            elif wanted == "drip":
                self.drip()
            elif wanted == "redirect":
                self.send_response(302)
                self.send_header("Location", f"{receiver.url}/elsewhere")
                self.end_headers()
            else:
                self.send_response(int(wanted))
                self.end_headers()
                self.wfile.write(b"x" * 50_000)

        def drip(self) -> None:
            """One byte of a header now and then, without an end."""
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(300):
                    self.wfile.write(b"a")
                    self.wfile.flush()
                    receiver.stopped.wait(0.05)
            except OSError:
                pass

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://localhost:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopped.set()
        server.shutdown()
        server.server_close()
