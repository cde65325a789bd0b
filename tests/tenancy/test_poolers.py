"""Behind a transaction pooler nothing starts: its sessions share server processes, and with them search paths."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from apps.tenancy import poolers
from tests.support.databases import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent.parent


class Session:
    """Answers which server process it has."""

    def __init__(self, processes: list[int]) -> None:
        self.processes = processes

    def execute(self, _statement: str) -> "Session":
        return self

    def fetchone(self) -> tuple[int]:
        return (self.processes.pop(0) if len(self.processes) > 1 else self.processes[0],)

    def transaction(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


@pytest.mark.parametrize(
    ("processes", "expected"),
    [
        ([[1], [2], [3]], False),
        ([[1], [1], [3]], True),
        ([[1], [2, 2, 4], [3]], True),
    ],
)
def test_sessions_that_share_or_change_processes_are_mixed_up(
    processes: Any, expected: bool
) -> None:
    sessions: Any = [Session(list(own)) for own in processes]
    assert poolers.is_mixed_up(sessions) is expected


def test_the_suites_own_databases_are_no_poolers(db: None) -> None:
    poolers.refuse_transaction_poolers(["platform", "default"])


def test_a_database_that_is_down_does_not_stop_the_start(db: None, monkeypatch: Any) -> None:
    monkeypatch.setitem(connections.settings["platform"], "PORT", "1")
    poolers.refuse_transaction_poolers(["platform"])


@pytest.mark.matrix
def test_the_look_tells_the_modes_apart(
    db: None, transaction_bouncer: Any, session_bouncer: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(connections.settings["platform"], "PORT", str(session_bouncer.port))
    poolers.refuse_transaction_poolers(["platform"])
    monkeypatch.setitem(connections.settings["platform"], "PORT", str(transaction_bouncer.port))
    with pytest.raises(ImproperlyConfigured, match="session mode"):
        poolers.refuse_transaction_poolers(["platform"])


@pytest.mark.matrix
@pytest.mark.parametrize(
    "program",
    [
        ("-c", "import config.wsgi"),
        ("-c", "import config.asgi"),
        ("-m", "celery", "-A", "config.celery", "worker", "--pool", "solo"),
    ],
)
def test_web_and_worker_refuse_to_start_behind_one(transaction_bouncer: Any, program: Any) -> None:
    own = ENVIRONMENT["DATABASE_URL"]
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": transaction_bouncer.address_of(own),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PATH": os.environ["PATH"],
    }
    environment.pop("POLYSTORE_EMBEDDED", None)
    done = subprocess.run(
        [sys.executable, *program], cwd=ROOT, env=environment, capture_output=True, timeout=60
    )
    assert done.returncode != 0
    said = (done.stdout + done.stderr).decode()
    assert "transaction pooler" in said
