"""The supervisor with its real servers: start, adopt, survive, stop."""

import os
import shutil
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from pymongo import MongoClient

from config import embedded
from config.embedded import privileges, processes
from config.embedded.paths import Local
from config.embedded.state import read_state
from config.embedded.supervisor import ServiceStatus

pytestmark = pytest.mark.matrix


def by_name(services: list[ServiceStatus]) -> dict[str, ServiceStatus]:
    return {service.name: service for service in services}


def kill(service: ServiceStatus) -> None:
    assert service.pid
    os.kill(service.pid, signal.SIGKILL)
    while processes.is_running(service.pid, " "):
        pass


def test_up_starts_three_servers_that_take_our_data_and_down_keeps_it(local: Local) -> None:
    started = embedded.up()

    assert {service.state for service in started} == {"running"}
    assert all(service.started for service in started)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (value text)")
        connection.execute("INSERT INTO kept VALUES ('ÉÀÜ')")
    with MongoClient[dict[str, Any]](os.environ["MONGODB_URI"]) as client:
        client["polystore"]["kept"].insert_one({"value": 1})
    assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()

    stopped = embedded.down()
    assert {service.state for service in stopped} == {"stopped"}
    again = embedded.up()

    assert [service.port for service in again] == [service.port for service in started]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT lower(value) FROM kept").fetchone()
    assert row == ("éàü",)
    with MongoClient[dict[str, Any]](os.environ["MONGODB_URI"]) as client:
        assert client["polystore"]["kept"].count_documents({}) == 1


def test_two_ups_at_once_start_each_server_once(local: Local) -> None:
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: embedded.up(), range(2))

    assert [service.pid for service in one] == [service.pid for service in two]
    assert sum(service.started for service in [*one, *two]) == 3


def test_killed_servers_come_back_with_their_data(local: Local) -> None:
    first = embedded.up()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept ()")
    for service in first:
        kill(service)
    assert {service.state for service in embedded.status()} == {"stopped"}

    second = embedded.up()

    assert all(service.started for service in second)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SELECT FROM kept")


def test_pid_files_that_name_a_stranger_do_not_hinder_the_start(local: Local) -> None:
    for service in embedded.up():
        kill(service)
    state = local.root
    pid_file = state / "postgresql" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    for name in ("postgresql", "documents", "valkey"):
        (state / name / "pid").write_text(f"{os.getpid()}\n")

    assert {service.state for service in embedded.up()} == {"running"}


def test_another_program_on_our_port_is_left_alone(local: Local) -> None:
    first = by_name(embedded.up())
    embedded.down()
    port = first["valkey"].port
    assert port
    with socket.create_server(("127.0.0.1", port)):
        second = by_name(embedded.up())

        assert second["valkey"].state == "running"
        assert second["valkey"].port != port
        assert second["postgresql"].port == first["postgresql"].port
    assert str(second["valkey"].port) in os.environ["REDIS_URL"]


def test_another_stores_server_on_our_port_is_not_adopted(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two checkouts that were copied from each other know the same ports and the same passwords."""
    ours = by_name(embedded.up())
    other = Local(local.root.with_name("copy"))
    other.create()
    for name in ("services.json", "secrets.env"):
        (other.root / name).write_text((local.root / name).read_text())
    monkeypatch.setenv("POLYSTORE_LOCAL", str(other.root))
    try:
        theirs = by_name(embedded.up())
        assert {service.pid for service in theirs.values()}.isdisjoint(
            service.pid for service in ours.values()
        )
        assert {service.port for service in theirs.values()}.isdisjoint(
            service.port for service in ours.values()
        )
    finally:
        embedded.down()
    monkeypatch.setenv("POLYSTORE_LOCAL", str(local.root))
    assert {service.state for service in embedded.status()} == {"running"}


def test_an_interrupted_first_start_is_made_anew(local: Local) -> None:
    """Killed before the databases were complete: no half-made folder is taken for a whole one."""
    half = local.root / "postgresql" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    documents = local.root / "documents" / "data"
    documents.mkdir(parents=True)
    (documents / "WiredTiger").write_text("half")

    assert {service.state for service in embedded.up()} == {"running"}


def test_a_server_of_the_users_own_is_not_started(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://elsewhere/")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/")

    services = by_name(embedded.up())

    assert services["documents"].state == services["postgresql"].state == "replaced"
    assert services["valkey"].state == "running"
    assert os.environ["MONGODB_URI"] == "mongodb://elsewhere/"
    assert list(read_state(local).pids) == ["valkey"]
    assert not (Path(local.root) / "documents").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another identity")
def test_root_without_user_namespaces_keeps_the_data_with_another_user(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "_works", lambda command: False)

    first = by_name(embedded.up())

    place = Path((local.root / "postgresql" / "elsewhere").read_text().strip())
    try:
        assert first["postgresql"].state == "running"
        assert Path(f"/proc/{first['postgresql'].pid}").stat().st_uid == place.stat().st_uid != 0
        assert not place.stat().st_mode & 0o077
        assert by_name(embedded.up())["postgresql"].pid == first["postgresql"].pid
        embedded.down()
    finally:
        shutil.rmtree(place)
