"""EasyEcom and ClickPost for a demonstration, as one process: `python -m tests.vendors --port 8090 --state FILE`.

The port has a page with what each vendor has, and buttons that move orders and parcels along. EasyEcom answers at the next
port, ClickPost at the one after it. What they have is kept in the file.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.vendors.base import make_door
from tests.vendors.office import Office

HERE = ("127.0.0.1", "localhost", "::1")


def make_office_door(office: Office, port: int) -> ThreadingHTTPServer:
    """The page for people, what connects a store (`GET /accounts`, `POST /hooks`, `POST /goods`), and what tests ask."""
    verbs: dict[str, Callable[[Any], Any]] = {
        "/hooks": office.set_hooks,
        "/goods": office.set_goods,
        "/books": office.books,
        "/webhooks": office.take_webhooks,
        "/clock": office.move_clock,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if not self._is_from_here():
                self._send(HTTPStatus.FORBIDDEN, b"")
            elif path == "/":
                self._send(HTTPStatus.OK, office.page().encode(), "text/html; charset=utf-8")
            elif path == "/accounts":
                self._send(HTTPStatus.OK, json.dumps(office.accounts()).encode())
            else:
                self._send(HTTPStatus.NOT_FOUND, b"")

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            if not self._is_from_here():
                self._send(HTTPStatus.FORBIDDEN, b"")
            elif path == "/press":
                office.press(**dict(parse_qsl(raw.decode())))
                self.send_response(HTTPStatus.SEE_OTHER)
                self.send_header("Location", "/")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path in verbs:
                said = verbs[path](json.loads(raw))
                self._send(HTTPStatus.OK, json.dumps(said).encode())
            else:
                self._send(HTTPStatus.NOT_FOUND, b"")

        def _is_from_here(self) -> bool:
            """No page of another site presses the buttons."""
            origin = self.headers.get("Origin") or ""
            hosts = [self.headers.get("Host", ""), urlsplit(origin).netloc or "localhost"]
            return all(host.rsplit(":", 1)[0].strip("[]") in HERE for host in hosts)

        def _send(self, status: int, content: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--state", type=Path, default=None)
    parser.add_argument("--holds-webhooks", action="store_true", help="until they are fetched")
    options = parser.parse_args()
    office = Office(options.state, sends_at_once=not options.holds_webhooks)
    doors = [make_office_door(office, options.port)]
    for number, vendor in enumerate(office.vendors, start=1):
        doors.append(make_door(vendor, options.port + number))
    for door in doors:
        threading.Thread(target=door.serve_forever, daemon=True).start()
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    sys.stdout.write(
        f"EasyEcom and ClickPost for a demonstration: http://localhost:{options.port}/\n"
    )
    sys.stdout.flush()
    while not ended.wait(1):
        office.keep()
    for door in doors:
        door.shutdown()
    office.close()


if __name__ == "__main__":
    main()
