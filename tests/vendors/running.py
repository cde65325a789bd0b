"""The vendors as a process of their own, which a test stops and starts again: they keep what they have."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config.embedded.paths import PROJECT_ROOT
from config.embedded.ports import LOOPBACK, is_free, is_open, pick
from tests.support.waiting import wait_until


class RunningVendors:
    """Between `start` and `stop` EasyEcom and ClickPost answer. `state` is the file that keeps what they have."""

    def __init__(self, state: Path) -> None:
        self.state, self.port = state, _three_ports()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def easyecom(self) -> str:
        return f"http://{LOOPBACK}:{self.port + 1}"

    @property
    def clickpost(self) -> str:
        return f"http://{LOOPBACK}:{self.port + 2}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.vendors", "--port", str(self.port)]
        command += ["--state", str(self.state), "--holds-webhooks"]
        self._process = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL)
        for port in range(self.port, self.port + 3):
            wait_until(lambda port=port: is_open(port), "the vendors do not answer")  # type: ignore[misc]

    def stop(self) -> None:
        """What they are asked at this moment is done, or not, and gets no answer. What they have yet to say is lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("/books")
        return found

    def take_webhooks(self) -> list[tuple[str, str, Any]]:
        """Vendor, topic and body of what they have to say since the last call."""
        return [(code, topic, body) for code, topic, body in self._ask("/webhooks")]

    def set_goods(self, goods: Mapping[str, Any]) -> None:
        """As `Office.set_goods`."""
        self._ask("/goods", goods)

    def move_clock(self, by: timedelta) -> None:
        self._ask("/clock", by.total_seconds())

    def press(self, vendor: str, key: str, verb: str) -> None:
        """A button of their page."""
        form = urlencode({"vendor": vendor, "key": key, "verb": verb}).encode()
        self._send("/press", form)

    def _ask(self, path: str, body: Any = None) -> Any:
        return json.loads(self._send(path, json.dumps(body).encode()))

    def _send(self, path: str, body: bytes) -> bytes:
        url = f"http://{LOOPBACK}:{self.port}{path}"
        with urllib.request.urlopen(url, data=body, timeout=30) as answer:
            return bytes(answer.read())


def _three_ports() -> int:
    """The first of three free ones."""
    taken: set[int] = set()
    while True:
        first = pick(avoid=taken)
        if all(map(is_free, range(first, first + 3))):
            return first
        taken.add(first)
