"""Servers beside the embedded ones, for tests of stores that live elsewhere. One fixture each, started once per session.

Fixtures: `second_cluster` (another PostgreSQL), `second_documents` (another documents server), `session_bouncer` and `transaction_bouncer` (pgbouncer before the
suite's own PostgreSQL), `streaming_replica` (a standby of the suite's own PostgreSQL). They listen on free loopback ports and are stopped at the end; tests that use them are marked
`matrix`.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from config.embedded import ports, processes
from config.embedded.documents import Documents
from config.embedded.paths import Local
from config.embedded.postgresql import PostgreSQL
from config.embedded.privileges import choose_identity
from tests.support.databases import LOCAL, SERVER
from tests.support.dropping import drop_database
from tests.support.waiting import wait_until

ADMIN = os.environ["ADMIN_DATABASE_URL"]
BOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL. `user` is no superuser, but may make databases and roles."""

    host: str
    port: int
    user: str
    password: str
    admin_address: str

    @property
    def address(self) -> str:
        return self.address_of("polystore")

    def address_of(self, database: str) -> str:
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def config_of(self, database: str) -> dict[str, str]:
        """What a merchant would type for a store on this server."""
        return {
            "host": self.host,
            "port": str(self.port),
            "database": database,
            "user": self.user,
            "password": self.password,
            "sslmode": "disable",
        }

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database of the test's own, dropped afterwards with everybody still in it; its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            drop_database(name, self.run)

    def run(self, statement: sql.Composed | sql.SQL, *, database: str = "polystore") -> None:
        """Run one statement as `user`, outside of a transaction."""
        with psycopg.connect(self.address_of(database), autocommit=True) as connection:
            connection.execute(statement)


def worker() -> str:
    """The name of this xdist worker: each has servers of its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextmanager
def start_cluster(name: str) -> Iterator[Cluster]:
    """A PostgreSQL of the embedded kind in a folder of its own, stopped and deleted at the end."""
    root = LOCAL / "servers" / f"{name}-{worker()}"
    words = {key: secrets.token_hex(12) for key in ("POSTGRES_PASSWORD", "POSTGRES_ADMIN_PASSWORD")}
    server = PostgreSQL(Local(root), words, None)
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
    server.local.create()
    server.up(avoid=set())
    try:
        yield Cluster(
            host=ports.LOOPBACK,
            port=server.port,
            user="polystore",
            password=words["POSTGRES_PASSWORD"],
            admin_address=server.admin_address,
        )
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def second_cluster() -> Iterator[Cluster]:
    """Another PostgreSQL 18 server: a second shared cluster, a merchant's own server, the target of a move."""
    with start_cluster("second") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def second_documents() -> Iterator[str]:
    """The address of another documents server, of the embedded kind; some three seconds to start."""
    root = LOCAL / "servers" / f"documents-{worker()}"
    server = Documents(Local(root), {"DOCUMENTS_PASSWORD": secrets.token_hex(12)}, None)
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
    server.local.create()
    server.up(avoid=set())
    try:
        yield server.address
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


class Standby(PostgreSQL):
    """A streaming replica of the suite's own PostgreSQL, with all its databases and passwords."""

    def _initialise(self) -> None:
        copy = ["pg_basebackup", "-D", str(self.data), "-d", ADMIN, "-R", "--checkpoint=fast"]
        command = self.identity.command(*copy, "--no-sync")
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            user=self.identity.user,
            cwd=self.identity.home,
        )
        (self.home / "ready").touch()  # roles and databases are the primary's

    def ask(self, question: str) -> Any:
        """One value, as the administrator."""
        with psycopg.connect(self.admin_address, autocommit=True) as connection:
            row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    def catch_up(self) -> None:
        """Wait until everything that is on the primary now is here."""
        with psycopg.connect(ADMIN, autocommit=True) as primary:
            row = primary.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        question = f"SELECT pg_last_wal_replay_lsn() >= '{row[0]}'::pg_lsn"
        wait_until(lambda: self.ask(question), "the replica does not follow", seconds=20)


@pytest.fixture(scope="session")
def streaming_replica() -> Iterator[Standby]:
    """A running standby. Tests may stop it and call `up(avoid=set())`, or pause its replay, and put it back."""
    root = LOCAL / "servers" / f"replica-{worker()}"
    words = {
        "POSTGRES_PASSWORD": urlsplit(SERVER).password or "",
        "POSTGRES_ADMIN_PASSWORD": urlsplit(ADMIN).password or "",
    }
    standby = Standby(Local(root), words, None)
    standby.stop()
    shutil.rmtree(root, ignore_errors=True)
    standby.local.create()
    standby.up(avoid=set())
    try:
        yield standby
    finally:
        standby.stop()
        shutil.rmtree(root, ignore_errors=True)


@dataclass(frozen=True)
class Bouncer:
    """A pgbouncer in front of the suite's PostgreSQL."""

    host: str
    port: int
    mode: str

    def address_of(self, address: str) -> str:
        """The same database and user, by way of the pooler."""
        parts = urlsplit(address)
        login = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{login}@{self.host}:{self.port}").geturl()


@contextmanager
def start_bouncer(mode: str, *, server: str = SERVER) -> Iterator[Bouncer]:
    """pgbouncer in `session` or `transaction` mode for the user and the databases of `server` (an address)."""
    root = LOCAL / "servers" / f"pgbouncer-{mode}-{worker()}"
    _stop_left_over(root)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    port = ports.pick(avoid=set())
    pid = _launch_bouncer(root, mode=mode, port=port, server=server)
    try:
        _wait_until_open(port, root / "log")
        yield Bouncer(host=ports.LOOPBACK, port=port, mode=mode)
    finally:
        processes.stop(pid, str(root), signals=[(signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)])
        shutil.rmtree(root, ignore_errors=True)


def _launch_bouncer(root: Path, *, mode: str, port: int, server: str) -> int:
    parts = urlsplit(server)
    (root / "users.txt").write_text(f'"{parts.username}" "{parts.password}"\n')
    (root / "pgbouncer.ini").write_text(
        "[databases]\n"
        f"* = host={parts.hostname} port={parts.port}\n"
        "[pgbouncer]\n"
        f"listen_addr = {ports.LOOPBACK}\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {root / 'users.txt'}\n"
        f"pool_mode = {mode}\nmax_client_conn = 200\ndefault_pool_size = 40\n"
        "server_reset_query = DISCARD ALL\nignore_startup_parameters = extra_float_digits\n"
    )
    identity = choose_identity(root)
    command = [*identity.prefix, BOUNCER, str(root / "pgbouncer.ini")]
    pid = processes.spawn(command, log=root / "log", cwd=root, user=identity.user)
    (root / "pid").write_text(str(pid))
    return pid


def _stop_left_over(root: Path) -> None:
    pid = processes.read_pid(root / "pid")
    if pid and processes.is_running(pid, str(root)):
        processes.stop(pid, str(root), signals=[(signal.SIGKILL, 3.0)])


def _wait_until_open(port: int, log: Path) -> None:
    try:
        wait_until(lambda: ports.is_open(port), f"nothing answers on port {port}", seconds=10)
    except AssertionError as error:
        raise RuntimeError(f"{error}: {processes.last_lines(log)}") from None


@pytest.fixture(scope="session")
def session_bouncer() -> Iterator[Bouncer]:
    """pgbouncer in session mode: the platform works behind it."""
    with start_bouncer("session") as bouncer:
        yield bouncer


@pytest.fixture(scope="session")
def transaction_bouncer() -> Iterator[Bouncer]:
    """pgbouncer in transaction mode: the platform refuses to start behind it."""
    with start_bouncer("transaction") as bouncer:
        yield bouncer
