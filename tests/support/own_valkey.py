"""A Valkey of a test's own, all roles of the cache on it, that is killed, silenced and started again."""

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apps.tenancy.shared_cache import rate_counters
from config.embedded.paths import Local
from config.embedded.valkey import Valkey
from tests.support.databases import LOCAL
from tests.support.servers import worker
from tests.support.waiting import wait_until


class OwnValkey:
    def __init__(self, name: str) -> None:
        self.root = LOCAL / "servers" / f"{name}-{worker()}"
        self._service = Valkey(Local(self.root), {"VALKEY_PASSWORD": secrets.token_hex(12)}, None)

    @property
    def address(self) -> str:
        return self._service.address

    def start(self) -> None:
        """On the same port as before, empty."""
        self._service.up(avoid=set())

    def kill(self) -> None:
        self._send(signal.SIGKILL)
        wait_until(lambda: self._service.find_process() is None, "it does not die")

    def silence(self) -> None:
        """The connections stay, and nothing answers."""
        self._send(signal.SIGSTOP)

    def wake(self) -> None:
        self._send(signal.SIGCONT)

    def end(self) -> None:
        if pid := self._service.find_process():
            os.kill(pid, signal.SIGCONT)
        self._service.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def _send(self, number: signal.Signals) -> None:
        pid = self._service.find_process()
        assert pid is not None
        os.kill(pid, number)


@contextmanager
def own_valkey(name: str, settings: Any) -> Iterator[OwnValkey]:
    """All caches of this process are on it."""
    server = OwnValkey(name)
    server.end()
    server._service.local.create()
    server.start()
    before = settings.CACHES
    settings.CACHES = {
        alias: {**role, "LOCATION": server.address} for alias, role in before.items()
    }
    rate_counters._without.clear()  # of an outage before
    try:
        yield server
    finally:
        settings.CACHES = before
        server.end()
