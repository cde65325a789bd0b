"""Installations as operators have them: `manage.py` as processes of its own on databases of its own."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connections
from psycopg import sql

from tests.support.databases import ENVIRONMENT, ROOT, SERVER
from tests.support.dropping import drop_database


@dataclass(frozen=True)
class Installation:
    """One master database, one pair of document databases, one folder of files, one cache."""

    environment: Mapping[str, str]
    media: Path

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """`manage.py ...`, begun. `more` goes into its environment."""
        return self._start([sys.executable, "manage.py", *arguments], more)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py ...`; what it printed. Fails with its words."""
        said, code = self.attempt(*arguments)
        assert code == 0, said
        return said

    def attempt(self, *arguments: str) -> tuple[str, int]:
        """What it said on either channel, and its exit code."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=240)
        return said, process.returncode

    def run(self, program: str) -> str:
        """A few lines of Python inside the installation, as a shell would run them."""
        start = "import django; django.setup(); from apps.tenancy.context import *\n"
        process = self._start([sys.executable, "-c", start + program], {})
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said

    def _start(self, command: list[str], more: Mapping[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env={**self.environment, **more},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def the_suites_own(folder: Path) -> Installation:
    """The databases of this test run, as another process meets them: it sees committed rows only."""
    settings = connections["platform"].settings_dict
    return _installation(
        settings["NAME"],
        folder,
        {
            "MONGODB_NAME": connections["documents"].settings_dict["NAME"],
            "MONGODB_DEV_NAME": connections["documents_dev"].settings_dict["NAME"],
        },
    )


@contextmanager
def empty_installation(folder: Path) -> Iterator[Installation]:
    """Databases with nothing in them, and nothing left of them afterwards."""
    name = f"test_empty_{secrets.token_hex(5)}"
    _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    documents = {"MONGODB_NAME": f"{name}_d", "MONGODB_DEV_NAME": f"{name}_v"}
    try:
        yield _installation(name, folder, documents)
    finally:
        client = connections["documents"].connection
        for database in documents.values():
            client.drop_database(database)
        drop_database(name, _on_server)
        shutil.rmtree(folder, ignore_errors=True)


def _installation(name: str, folder: Path, documents: Mapping[str, str]) -> Installation:
    environment = {
        **ENVIRONMENT,
        **documents,
        "DATABASE_URL": urlsplit(SERVER)._replace(path=f"/{name}").geturl(),
        "CACHE_PREFIX": name,
        "CELERY_QUEUE": name,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "MEDIA_ROOT": str(folder / "media"),
        "BACKUP_DIR": str(folder / "exports"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), ENVIRONMENT.get("PYTHONPATH", "")]),
    }
    environment.pop("POLYSTORE_EMBEDDED", None)  # the addresses here count, not the state folder's
    return Installation(environment, folder / "media")


def _on_server(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
