"""The common base of the three embedded services."""

import shutil
import time
from abc import ABC, abstractmethod
from typing import ClassVar

from config.embedded import ports, processes
from config.embedded.errors import ServiceError
from config.embedded.paths import Local

START_SECONDS = 45
ATTEMPTS = 3


class Service(ABC):
    """A server: its folder, its port, and the check that it is this checkout's server."""

    name: ClassVar[str]
    title: ClassVar[str]
    variable: ClassVar[str]

    def __init__(self, local: Local, secrets: dict[str, str], port: int | None) -> None:
        self.local = local
        self.secrets = secrets
        self.port = port or 0
        self.home = local.folder(self.name)
        self.log = local.logs / f"{self.name}.log"

    @property
    @abstractmethod
    def address(self) -> str:
        """The URL with which the application connects."""

    @property
    def public_address(self) -> str:
        """The same without the password, for screens."""
        scheme, _, rest = self.address.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"

    @abstractmethod
    def find_process(self) -> int | None:
        """The pid of our own server process, whether or not it answers yet."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server on the port belongs to this checkout: it accepts the password and identifies itself."""

    @abstractmethod
    def launch(self) -> None:
        """Start the server process on `self.port`."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server process if it runs. Quiet otherwise."""

    def prepare(self) -> None:  # noqa: B027  nothing to do for some
        """Create everything that must exist before the first launch."""

    def complete(self) -> None:  # noqa: B027  nothing to do for some
        """Create everything that must exist in the running server before its use."""

    def up(self, *, avoid: set[int]) -> bool:
        """Start the server, or adopt the one that runs. True when it was started now."""
        if self.port and self.find_process() and self._wait():
            self.complete()
            return False
        self.prepare()
        for _ in range(ATTEMPTS):
            if not self.port or not ports.is_free(self.port):
                self.port = ports.pick(avoid=avoid)
            self.launch()
            if self._wait():
                self.complete()
                return True
        raise ServiceError(
            f"{self.title} did not start. {processes.last_lines(self.log) or 'It said nothing.'} (log: {self.log})"
        )

    def _wait(self) -> bool:
        """Wait until our server answers; False as soon as its process is gone."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return True
            if not self.find_process():
                return False
            time.sleep(0.03)
        pid = self.find_process()
        raise ServiceError(
            f"{self.title} (pid {pid}) runs but has not answered on port {self.port} for {START_SECONDS} s. "
            f"Stop it with `manage.py services down`. (log: {self.log})"
        )

    def wipe(self) -> None:
        """Forget a half-made folder. Only for a service that was never complete."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(mode=0o700, parents=True)
