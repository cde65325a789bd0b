"""A whole platform on the test's databases: gunicorn, a Celery worker, and headless Chromium in front."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.support.databases import ENVIRONMENT, LOCAL
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
# the closed network of a build machine: Chromium must not look for its vendor's servers
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Platform:
    port: int
    environment: Mapping[str, str]

    def url(self, store: Any = None, path: str = "/") -> str:
        host = f"{store}.localhost" if isinstance(store, str) else "localhost"
        return f"http://{host}:{self.port}{path}"

    def manage(self, *arguments: str, given: str = "") -> str:
        """Run `manage.py` as an operator of this platform would; what it printed. Fails with its words."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=dict(self.environment),
            cwd=ROOT,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="package")
def platform(django_db_setup: None, django_db_blocker: Any) -> Iterator[Platform]:
    """Web server and worker as processes; they see committed rows only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**ENVIRONMENT, **_databases(), "PORT": str(port), "MEDIA_ROOT": _media_root()}
    environment["CELERY_QUEUE"] = f"browser{port}"
    environment["CACHE_PREFIX"] = f"browser{port}"
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    environment.pop("POLYSTORE_EMBEDDED", None)  # the addresses here count, not the state folder's
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}"]
    worker = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-B"]
    running = [
        subprocess.Popen(
            [*web, "--threads", "4", "--log-level", "warning"], env=environment, cwd=ROOT
        ),
        subprocess.Popen(
            [*worker, "-s", f"{_media_root()}/beat", "--pool", "threads", "-c", "2", "-l", "ERROR"],
            env=environment,
            cwd=ROOT,
        ),
    ]
    _wait_for(f"http://127.0.0.1:{port}/ready")
    yield Platform(port, environment)
    for process in running:
        process.terminate()
    for process in running:
        process.wait(30)


def _databases() -> dict[str, str]:
    """The worker's copies of the databases, as the variables the settings read."""
    sql = connections["platform"].settings_dict
    server = f"{sql['USER']}:{sql['PASSWORD']}@{sql['HOST']}:{sql['PORT']}"
    return {
        "DATABASE_URL": f"postgresql://{server}/{sql['NAME']}",
        "MONGODB_NAME": connections["documents"].settings_dict["NAME"],
        "MONGODB_DEV_NAME": connections["documents_dev"].settings_dict["NAME"],
    }


def _media_root() -> str:
    folder = LOCAL / "browser-media"
    folder.mkdir(exist_ok=True)
    return str(folder)


def _wait_for(url: str) -> None:
    said = ""

    def answers() -> bool:
        nonlocal said
        try:
            with urllib.request.urlopen(url, timeout=15):
                return True
        except urllib.error.HTTPError as error:
            said = f"{error.code} {error.read().decode()[:300]}"
        except OSError as error:
            said = str(error)
        return False

    try:
        wait_until(answers, url, seconds=90)
    except AssertionError as error:
        raise AssertionError(f"{error}: {said}; {_ask_documents()}") from None


def _ask_documents() -> str:
    """Whether a new connection of this process gets through, for whoever has to find out why the platform's did not."""
    uri = ENVIRONMENT["MONGODB_URI"]
    same = "the same" if os.environ.get("MONGODB_URI") == uri else "another one now"
    try:
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5000) as client:
            client.admin.command("ping")
    except PyMongoError as error:
        return f"the documents server refuses this process too ({same}): {error}"
    return f"the documents server answers this process ({same})"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(
        timeout=30_000
    )  # ms; a limit for a loaded machine, met at once on a quiet one
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        # Playwright's loop runs in this thread as long as it lives; Django would refuse its databases here
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield chromium
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        chromium.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a screen of 390 x 844; scripts that fail and refused resources fail the test."""
    yield from _page(browser, width=390, height=844)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, width=1280, height=900)


def _page(browser: Browser, *, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(45_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url} {error} {error.stack}"))
    page.on(
        "console",
        lambda message: (
            wrong.append(message.text)
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert wrong == []
