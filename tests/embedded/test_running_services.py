"""Running services, looked at from outside."""

import os
from typing import Any

import psycopg
import pytest
import redis
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from config import embedded
from config.embedded.paths import Local

pytestmark = pytest.mark.slow


def test_a_second_up_adopts_what_runs(running: Local) -> None:
    first = embedded.status()

    second = embedded.up()

    assert [service.pid for service in second] == [service.pid for service in first]
    assert not any(service.started for service in second)


def test_the_application_is_no_superuser_but_may_make_databases(running: Local) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        extensions = connection.execute(
            "SELECT extname, extnamespace::regnamespace::text FROM pg_extension ORDER BY 1"
        ).fetchall()
        connection.execute("CREATE DATABASE another")

    assert row == (False, True, True)
    assert ("pg_trgm", "extensions") in extensions
    another = os.environ["DATABASE_URL"].removesuffix("/polystore") + "/another"
    with psycopg.connect(another) as connection:
        found = connection.execute("SELECT extensions.similarity('chai', 'chai')").fetchone()
    assert found == (1.0,)


def test_without_the_password_no_server_answers(running: Local) -> None:
    ports = {service.name: service.port for service in embedded.status()}

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://polystore@127.0.0.1:{ports['postgresql']}/polystore")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=ports["valkey"] or 0).ping()
    stranger = MongoClient[dict[str, Any]]("127.0.0.1", ports["documents"], directConnection=True)
    with stranger, pytest.raises(OperationFailure, match="authentication"):
        stranger.list_database_names()
