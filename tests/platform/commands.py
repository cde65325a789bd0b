"""Commands as they are called from code and as they are typed."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command

from apps.tenancy.context import system_scope
from tests.support.databases import ENVIRONMENT

ROOT: Final = Path(__file__).resolve().parents[2]
NOWHERE: Final = "postgresql://polystore:secret-word@127.0.0.1:1/polystore"


def run(*arguments: str, **options: Any) -> str:
    """As `manage.py` calls it: it sees the rows of all people."""
    out = StringIO()
    with system_scope("manage.py"):
        call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, str]:
    """What a command prints before it refuses, and why it does."""
    out = StringIO()
    with system_scope("manage.py"), pytest.raises(CommandError) as error:
        call_command(*arguments, stdout=out)
    return out.getvalue(), str(error.value)


def json_of(*arguments: str) -> Any:
    """The output of a command with `--json`, parsed."""
    return json.loads(run(*arguments, "--json"))


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As it is typed, in a process of its own."""
    known = {**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "config.settings.test", **environment}
    known.pop("POLYSTORE_EMBEDDED", None)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=known,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
