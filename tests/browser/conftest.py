"""A whole platform on the test's databases: gunicorn, a Celery worker, and headless Chromium in front."""

import os
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from config.run.chromium import find_chromium
from tests.browser.platform import ROOT, Platform, media_root
from tests.browser.walking import PASSWORD
from tests.support.acting import seeing_all
from tests.support.databases import ENVIRONMENT
from tests.support.waiting import wait_until

# the closed network of a build machine: Chromium must not look for its vendor's servers
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def platform(django_db_setup: None, django_db_blocker: Any) -> Iterator[Platform]:
    """Web server and worker as processes; they see committed rows only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**ENVIRONMENT, **_databases(), "PORT": str(port), "MEDIA_ROOT": media_root()}
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
            [*worker, "-s", f"{media_root()}/beat", "--pool", "threads", "-c", "2", "-l", "ERROR"],
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
    """Whether a new connection of this process gets through: a hint why the platform's did not."""
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
    executable = find_chromium()
    if executable is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(
        timeout=30_000
    )  # ms; a limit for a loaded machine, met at once on a quiet one
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
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


@pytest.fixture
def operator(db: None) -> str:
    from apps.accounts.models import User

    email = f"operator-{secrets.token_hex(4)}@example.com"
    User.objects.create_superuser(email, PASSWORD)
    return email


@pytest.fixture
def shop(platform: Platform, throwaway_store: Any, settings: Any) -> str:
    """The address of a store with a category, a product in two sizes with two pictures, and a sold-out one."""
    settings.MEDIA_ROOT = media_root()
    with seeing_all(throwaway_store):
        _fill_shelves()
    return platform.url(throwaway_store.slug, "").rstrip("/")


def _fill_shelves() -> None:
    from apps.catalog import services as catalog
    from apps.catalog.inputs import (
        CategoryInput,
        OptionInput,
        PriceInput,
        ProductInput,
        VariantInput,
    )
    from apps.inventory import services as inventory

    tea = catalog.create_category(data=CategoryInput(name="Tea", description="Leaves and buds."))
    for title, pieces in (("Assam", {"Small": 3, "Large": 0}), ("Kahwa", {"": 0})):
        product = catalog.save_product(
            data=ProductInput(
                title=title,
                status="active",
                category_ids=[tea.pk],
                description="<p>Malty and <b>bright</b>.</p>",
                attributes={"Origin": "Assam"},
                options=[OptionInput(name="Size", values=list(pieces))] if len(pieces) > 1 else [],
                variants=[
                    VariantInput(
                        sku=f"{title}-{size}".upper(),
                        option_values={"Size": size} if size else {},
                        prices=[
                            PriceInput(
                                currency="INR",
                                amount_minor=minor,
                                compare_at_minor=minor + 5_000,
                            )
                        ],
                    )
                    for minor, size in zip((45_000, 80_000), pieces, strict=False)
                ],
            )
        )
        for colour in ("#7a4a2a", "#2a5a4a"):
            catalog.add_image(product=product, file=_picture(colour))
        for variant, count in zip(product.variants, pieces.values(), strict=True):
            if count:
                inventory.receive_stock(
                    variant_ref=variant.id, sku=variant.sku, quantity=count, reason="test"
                )


@pytest.fixture
def boss(throwaway_store: Any, shop: str) -> str:
    """The owner of the store with goods on its shelves."""
    from apps.accounts import services as accounts
    from apps.accounts.models import Role

    email = "boss@example.com"
    with seeing_all(throwaway_store):
        accounts.create_user(email=email, password=PASSWORD, role=Role.OWNER)
    return email


def _picture(colour: str) -> ContentFile:
    buffer = BytesIO()
    Image.new("RGB", (800, 800), colour).save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), name="picture.jpg")
