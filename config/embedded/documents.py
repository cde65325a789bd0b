"""SecantusDB, which speaks MongoDB's protocol: for laptops, demos and tests only. A process of its own, never imported."""

import contextlib
import os
import signal
import sys
import time
from typing import Any

from config.embedded import ports, processes
from config.embedded.errors import ServiceError
from config.embedded.paths import write_private
from config.embedded.ports import LOOPBACK
from config.embedded.service import START_SECONDS, Service
from config.embedded.wheels import find_in_wheel

USER = "polystore"
ASK_AGAIN_SECONDS = 0.5
CACHE = "256M"  # stalls for good when it is filled with writes: 80,000 carts in one go


class Documents(Service):
    name = "documents"
    title = "The documents server"
    variable = "MONGODB_URI"

    @property
    def address(self) -> str:
        """Writes are not numbered for a repeat after a failover: there is no other member, and each would cost this
        server a third more."""
        password = self.secrets["DOCUMENTS_PASSWORD"]
        options = "authSource=admin&directConnection=true&retryWrites=false"
        return f"mongodb://{USER}:{password}@{LOOPBACK}:{self.port}/polystore?{options}"

    def find_process(self) -> int | None:
        pid = processes.read_pid(self.home / "pid")
        return pid if processes.is_running(pid, str(self.home / "data")) else None

    def answers(self) -> bool:
        """SCRAM proves that both sides know our password; the pid proves that it is the current process."""
        if not ports.is_open(self.port):
            return False
        status = self._run("serverStatus", self.address)
        return bool(status) and status.get("pid") == processes.read_pid(self.home / "pid")

    def prepare(self) -> None:
        """Create our user. For this the server has to run once without passwords, before there is data."""
        find_in_wheel("secantus", "__main__.py")
        if (self.home / "ready").exists():
            return
        self.wipe()
        self.port = self.port if self.port and ports.is_free(self.port) else ports.pick(avoid=set())
        self._spawn("--port", str(self.port))
        open_address = f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true"
        self._wait_until_open()
        created = self._run(
            "createUser", open_address, USER, pwd=self.secrets["DOCUMENTS_PASSWORD"], roles=["root"]
        )
        self.stop()  # in order: the last moment before a kill is not on disk
        if not created:
            raise ServiceError(
                f"The documents server refused to create its user. (log: {self.log})"
            )
        (self.home / "ready").touch()

    def launch(self) -> None:
        self._spawn("--auth", "--port", str(self.port))

    def stop(self) -> None:
        """The server sees SIGTERM only when its next connection comes, and now and then misses it altogether
        (Python wakes for a signal only outside of a lock): ask for a connection, and again as long as it gives one."""
        pid = self.find_process()
        if pid is None:
            return
        asked = time.monotonic()

        def nudge() -> None:
            nonlocal asked
            if ports.is_open(self.port) and time.monotonic() - asked > ASK_AGAIN_SECONDS:
                asked = time.monotonic()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

        patience = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)]
        processes.stop(pid, str(self.home / "data"), signals=patience, nudge=nudge)

    def _spawn(self, *options: str) -> None:
        """An empty configuration file keeps the server from looking for one in the home folder or in /etc. Standalone: no
        other member reads its log of operations, and to write one costs a tenth of each write."""
        configuration = self.home / "secantusd.toml"
        configuration.touch()
        command = [
            sys.executable,
            "-m",
            "secantus",
            "--config",
            str(configuration),
            "--host",
            LOOPBACK,
        ]
        command += [
            "--storage-path",
            str(self.home / "data"),
            "--cache-size",
            os.environ.get("DOCUMENTS_CACHE", CACHE),
            "--log-level",
            "WARNING",
            "--standalone",
        ]
        pid = processes.spawn([*command, *options], log=self.log, cwd=self.home)
        write_private(self.home / "pid", f"{pid}\n")

    def _wait_until_open(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ports.is_open(self.port):
            if not self.find_process() or time.monotonic() > deadline:
                raise ServiceError(
                    f"{self.title} did not start. {processes.last_lines(self.log)} (log: {self.log})"
                )
            time.sleep(0.03)

    def _run(self, command: str, address: str, value: Any = 1, **options: Any) -> dict[str, Any]:
        """The answer to one admin command; empty if there is no server, or a server of another program."""
        from pymongo import MongoClient
        from pymongo.errors import PyMongoError

        client: MongoClient[dict[str, Any]] = MongoClient(
            address, serverSelectionTimeoutMS=2000, connectTimeoutMS=2000
        )
        try:
            return client.admin.command(command, value, **options)
        except PyMongoError:
            return {}
        finally:
            client.close()
