"""The platform behind pgbouncer: at home in session mode, not started in transaction mode."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import ENVIRONMENT, SERVER
from tests.support.servers import Bouncer

pytestmark = pytest.mark.matrix
ROOT = Path(__file__).resolve().parents[2]
GUNICORN = ("gunicorn", "--config", "python:config.gunicorn", "config.wsgi")
CELERY = ("celery", "--app", "config.celery", "worker", "--pool", "solo")
BEAT = ("celery", "--app", "config.celery", "beat")
STORY = """
import django
django.setup()
from apps.diagnostics.starting import require_safe_start
require_safe_start()
from django.db import connections
with connections["default"].cursor() as cursor:
    cursor.execute("SHOW search_path")
    print(cursor.fetchone()[0])
"""


def start(command: list[str], bouncer: Bouncer) -> subprocess.CompletedProcess[str]:
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": bouncer.address_of(SERVER),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "BIND": "127.0.0.1:0",
        "WEB_CONCURRENCY": "1",
    }
    environment.pop("POLYSTORE_EMBEDDED", None)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("program", [GUNICORN, CELERY, BEAT], ids=["web", "worker", "beat"])
def test_nothing_starts_behind_a_transaction_pooler(
    program: tuple[str, ...], transaction_bouncer: Bouncer, tmp_path: Path
) -> None:
    schedule = ("--schedule", str(tmp_path / "schedule")) if program is BEAT else ()
    done = start([sys.executable, "-m", *program, *schedule], transaction_bouncer)
    assert done.returncode != 0
    assert "Polystore does not start: " in done.stderr + done.stdout
    assert "transaction" in done.stderr + done.stdout


def test_in_session_mode_it_starts(session_bouncer: Bouncer) -> None:
    done = start([sys.executable, "-c", STORY], session_bouncer)
    assert done.returncode == 0, done.stderr
    assert "no_active_store" in done.stdout
