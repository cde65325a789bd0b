"""Real servers that tests start for themselves: on free ports of the loopback interface, with data of their own,
stopped at the end. As root they run as another identity."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest

from config.embedded import ports
from config.run.debian import find_program
from tests.support.waiting import wait_until

START_SECONDS = 60
ROOM = 2_000_000_000  # bytes
HARMLESS_USERS = ("mysql", "daemon", "nobody")
OPTIONS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=96M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--innodb-lock-wait-timeout=10",
    "--character-set-server=latin1",  # a store must not depend on the server's defaults
    "--collation-server=latin1_swedish_ci",
    "--default-time-zone=+05:30",
    "--sql-mode=",
)


@dataclass(frozen=True)
class MariaDB:
    """A running server. `admin` may do everything; tests make databases with users of their own."""

    port: int
    password: str

    def run(self, statement: str, values: tuple[Any, ...] = (), database: str | None = None) -> Any:
        """Run one statement as the administrator; all rows."""
        with pymysql.connect(
            host=ports.LOOPBACK,
            port=self.port,
            user="admin",
            password=self.password,
            database=database,
            autocommit=True,
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    def run_all(self, statements: list[str], *, database: str) -> None:
        """Run them one after the other in one session."""
        with pymysql.connect(
            host=ports.LOOPBACK,
            port=self.port,
            user="admin",
            password=self.password,
            database=database,
            autocommit=True,
        ) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)

    def make_database(self) -> dict[str, Any]:
        """An empty database with a user who owns it; what `open_store` takes as `config`."""
        name = f"store_{secrets.token_hex(5)}"
        password = secrets.token_urlsafe(12)
        self.run(f"CREATE DATABASE {name}")
        self.run(f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{password}'")
        self.run(f"GRANT ALL ON {name}.* TO {name}@'127.0.0.1'")
        return {
            "host": ports.LOOPBACK,
            "port": str(self.port),
            "database": name,
            "user": name,
            "password": password,
            "sslmode": "prefer",
        }

    def drop_database(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name}")
        self.run(f"DROP USER IF EXISTS {name}@'127.0.0.1'")


@contextmanager
def running_mariadb() -> Iterator[MariaDB]:
    """Start a server on new data, some four seconds, and stop it. Raises `FileNotFoundError` without the programs."""
    server_program, install = find_program("mariadbd"), find_program("mariadb-install-db")
    if server_program is None or install is None:
        raise FileNotFoundError("mariadbd is not installed")
    home = Path(tempfile.mkdtemp(prefix="polystore-mariadb-", dir=_find_place()))
    prefix = _lend_identity(home)
    data = home / "data"
    subprocess.run(
        [
            *prefix,
            install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-log-file-size=32M",
        ],
        check=True,
        capture_output=True,
        cwd=home,
    )
    password = secrets.token_urlsafe(12)
    first = home / "first.sql"
    first.write_text(
        f"CREATE USER admin@'127.0.0.1' IDENTIFIED BY '{password}';\n"
        "GRANT ALL ON *.* TO admin@'127.0.0.1' WITH GRANT OPTION;\n"
        "ALTER USER root@localhost ACCOUNT LOCK;\n"
    )
    first.chmod(0o644)
    port = ports.pick(avoid=set())
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *prefix,
                server_program,
                "--no-defaults",
                f"--datadir={data}",
                f"--port={port}",
                f"--socket={home}/socket",
                f"--pid-file={home}/pid",
                f"--init-file={first}",
                *OPTIONS,
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home,
        )
    started = MariaDB(port=port, password=password)
    try:
        _wait(started, server, home / "log")
        yield started
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _find_place() -> str | None:
    """In memory where there is room: the thousand small files of the tables are made and dropped many times."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > ROOM
    return str(shared) if roomy and os.access(shared, os.W_OK) else None


def _lend_identity(home: Path) -> tuple[str, ...]:
    """MariaDB refuses to run as root: then another user gets the folder, and runs what this is put before."""
    if os.geteuid() != 0:
        return ()
    user = next(user for name in HARMLESS_USERS if (user := _find_user(name)))
    os.chown(home, user.pw_uid, user.pw_gid)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _wait(server: MariaDB, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def answers() -> bool:
        try:
            server.run("SELECT 1")
        except pymysql.OperationalError:
            assert process.poll() is None, "the server has ended"
            return False
        return True

    try:
        wait_until(answers, "the server does not answer", seconds=START_SECONDS)
    except AssertionError as error:
        log_end = log.read_text()[-3000:]
        raise RuntimeError(f"MariaDB did not start: {error}\n{log_end}") from None


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """One server for all tests of a run. They are marked `matrix` and `mariadbd`."""
    with running_mariadb() as server:
        yield server
