"""What the vendors have in common: HTTP with state, faults on demand, and webhooks that they send.

Nothing here needs Django or a database, so that a vendor can run as a process of its own. A vendor answers `Reply`; a test
orders `Fault`s for its next requests. What it has to say waits in `waiting` until `deliver` sends it, doubled and in another
order if a test wants that; with `sends_at_once` it is sent as it happens, for a demonstration.
"""

import json
import random
import threading
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Call:
    """A request. `headers` has lower-case names; `body` is the JSON, or None."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """JSON, or raw bytes of another type."""

    content: Any
    status: int = 200
    type: str = "application/json"

    @property
    def raw(self) -> bytes:
        return (
            self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()
        )


@dataclass
class Fault:
    """What happens to the next `times` requests whose path contains `path`.

    `status` answers that instead of the work; `html` a page of a proxy; `refuse` closes the connection before the work is done,
    `lose` after it; `slow` does the work and answers after `seconds`; `say` answers `content` instead of the work.
    """

    how: Literal["status", "html", "refuse", "lose", "slow", "say"]
    path: str = ""
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    content: Any = None


@dataclass(frozen=True)
class Notice:
    """A webhook that is to be sent."""

    topic: str
    body: Any


Post: TypeAlias = Callable[[str, Any], int]
"""Delivers the body of a topic; the status of the answer."""


@dataclass
class Hook:
    """Where a topic is sent, and the headers that carry its secret."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Vendor(ABC):
    """One server with its state. `calls` are the requests as they came. `clock` can be moved by `shift`."""

    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    hooks: dict[str, Hook] = field(default_factory=dict)
    waiting: list[Notice] = field(default_factory=list)
    sends_at_once: bool = False
    shift: timedelta = timedelta()
    delay: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    stopping: threading.Event = field(default_factory=threading.Event)

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """The work. Called under the lock."""

    def take(self, call: Call) -> Reply | None:
        """None closes the connection without an answer."""
        with self.lock:
            if self.stopping.is_set():
                return None
            self.calls.append(call)
            fault = self._fault_for(call)
            if fault is None or fault.how in ("lose", "slow"):
                reply: Reply | None = self.answer(call)
            else:
                reply = _instead(fault)
        seconds = self.delay + (fault.seconds if fault is not None else 0)
        if seconds:
            self.stopping.wait(seconds)
        return None if fault is not None and fault.how == "lose" else reply

    def _fault_for(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if fault.path in call.path:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def count(self, path: str, method: str = "") -> int:
        """How many requests had this in their path."""
        with self.lock:
            return sum(path in each.path and method in ("", each.method) for each in self.calls)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def stamp(self, moment: datetime | None = None) -> str:
        """`2026-11-20 12:40:00`, as the vendors write times: Indian, without a zone."""
        return f"{(moment or self.now()).astimezone(INDIA):%Y-%m-%d %H:%M:%S}"

    def stop(self) -> None:
        """What is asked from now on, or is being answered, gets no answer."""
        with self.lock:
            self.stopping.set()

    # Webhooks

    def notify(self, topic: str, body: Any) -> None:
        """A webhook is due. A copy, because the state goes on."""
        notice = Notice(topic, json.loads(json.dumps(body)))
        with self.lock:
            self.waiting.append(notice)
        if self.sends_at_once:
            threading.Thread(target=self.deliver, daemon=True).start()

    def deliver(
        self,
        post: Post | None = None,
        *,
        times: int = 1,
        shuffled: random.Random | None = None,
    ) -> list[int]:
        """Send what waits, each so many times; the statuses of the answers. `post` is a test's own way, otherwise it goes
        over HTTP to the hooks."""
        with self.lock:
            due, self.waiting = self.waiting * times, []
        if shuffled is not None:
            shuffled.shuffle(due)
        send = post or self.post
        return [send(notice.topic, notice.body) for notice in due]

    def post(self, topic: str, body: Any) -> int:
        """Over HTTP. 0 where nothing answers, or where no address is entered."""
        hook = self.hooks.get(topic)
        if hook is None:
            return 0
        request = urllib.request.Request(
            hook.url,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **hook.headers},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def _instead(fault: Fault) -> Reply | None:
    if fault.how == "refuse":
        return None
    if fault.how == "html":
        return Reply(HTML, 502, "text/html")
    if fault.how == "say":
        return Reply(fault.content, fault.status if fault.status != 500 else 200)
    return Reply({"message": "Not now."}, fault.status)


def make_door(vendor: Vendor, port: int = 0) -> ThreadingHTTPServer:
    """Its server; `serve_forever` runs it. The vendor knows its address from here on."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take("GET")

        def do_POST(self) -> None:
            self._take("POST")

        def do_PUT(self) -> None:
            self._take("PUT")

        def _take(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = vendor.take(
                Call(method, address.path, dict(parse_qsl(address.query)), headers, _json(raw))
            )
            if reply is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(reply.raw)))
            self.end_headers()
            self.wfile.write(reply.raw)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    door = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    door.daemon_threads = True
    vendor.url = f"http://127.0.0.1:{door.server_address[1]}"
    return door


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


@contextmanager
def serving(vendor: Vendor, port: int = 0) -> Iterator[None]:
    """The vendor answers at `vendor.url` meanwhile."""
    door = make_door(vendor, port)
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield
    finally:
        vendor.stopping.set()
        door.shutdown()
        door.server_close()
