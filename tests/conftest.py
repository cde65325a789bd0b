"""Real services, two stores built once, every test rolled back.

The base database (platform tables, store template, stores alpha and beta) is built once and copied for every worker;
it is kept between runs while the code that shapes it is unchanged.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

os.environ["POLYSTORE_TEST_SERVICES"] = "1"
os.environ.setdefault(
    "POLYSTORE_LOCAL", str(Path(__file__).resolve().parent.parent / ".local/test")
)

from config import embedded

embedded.up()

import pytest  # noqa: E402  the services must answer before Django's settings are read
from django.test import Client, SimpleTestCase, TransactionTestCase  # noqa: E402

from tests.support.databases import BaseDatabase  # noqa: E402
from tests.support.documents import clean_documents  # noqa: E402

# The last one listens to the documents server: before the first client is made.
pytest_plugins = [
    "tests.support.servers",
    "tests.support.mariadb_server",
    "tests.support.placed_stores",
    "tests.support.releases",
    "tests.support.trading_shop",
    "tests.support.document_commands",
]

# A slow machine fails no test. Fixtures of one test serve all its examples.
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("suite")

# Tests that commit use a store of their own and drop it; nothing is flushed, the base data stays.
_django_cases: Any = TransactionTestCase
_django_cases._fixture_teardown = lambda self: None

# Placed stores have aliases that nobody can list beforehand; pytest-django's own blocker still guards unmarked tests.
_simple_cases: Any = SimpleTestCase
_simple_cases._add_databases_failures = classmethod(lambda cls: None)
_simple_cases._remove_databases_failures = classmethod(lambda cls: None)

DATABASES = ["default", "platform", "documents", "documents_dev"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test may use all homes; `transaction=True` and the like of the nearest marker are kept."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and "databases" not in marker.kwargs:
            kwargs = {**marker.kwargs, "databases": DATABASES}
            item.add_marker(pytest.mark.django_db(*marker.args, **kwargs), append=False)
        elif marker is None and "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=DATABASES), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Point every alias at this worker's copy of the base database."""
    from apps.tenancy.context import system_scope

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        base = BaseDatabase(worker)
        with system_scope("test"):
            base.prepare()
    from tests.support.placements import outside

    with ExitStack() as stack:
        with django_db_blocker.unblock(), system_scope("test"):
            stack.enter_context(outside())
        yield
    with django_db_blocker.unblock():
        base.drop()


@pytest.fixture
def system_scope() -> Iterator[None]:
    """The test acts as the platform's own processes do: it sees the rows of all people.

    Without it the test has no actor, and PostgreSQL refuses rows of people. Tests of what a person does enter
    `use_actor(...)`; requests of test clients have their own visitor.
    """
    from apps.tenancy import context

    with context.system_scope("test"):
        yield


@pytest.fixture
def as_staff() -> Iterator[None]:
    """The test acts as the staff of whichever store it is in: staff see the rows of all people."""
    from apps.tenancy.context import use_actor
    from tests.support.acting import STAFF

    with use_actor(STAFF):
        yield


@pytest.fixture
def store(db: None, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The rupee store at alpha.localhost, or the `trading_shop`. Not entered: `in_store` does that."""
    if "trading_shop" in request.fixturenames:
        yield from _trading_shop(request)
    else:
        yield from _store("alpha", request)


@pytest.fixture
def other_store(db: None, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The dollar store at beta.localhost."""
    yield from _store("beta", request)


def _store(slug: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    from apps.platform.models import Store
    from tests.support.document_commands import RECORDER
    from tests.support.placements import rolled_back

    found = Store.objects.get(slug=slug)
    commits = "transactional_db" in request.fixturenames
    with nullcontext() if commits else rolled_back(found):
        yield found
    clean_documents(found, only=None if commits else RECORDER.written)


def _trading_shop(request: pytest.FixtureRequest) -> Iterator[Any]:
    from tests.support.document_commands import RECORDER
    from tests.support.placements import rolled_back

    assert "transactional_db" not in request.fixturenames, "what is committed stays for the module"
    shop = request.getfixturevalue("trading_shop")
    with rolled_back(shop.store):
        yield shop.store
    shop.put_back(RECORDER.written)


@pytest.fixture
def in_store(store: Any) -> Iterator[Any]:
    """The test runs inside `store`."""
    from apps.tenancy.context import use_store

    with use_store(store):
        yield store


@pytest.fixture
def throwaway_store(transactional_db: None) -> Iterator[Any]:
    """A store of the test's own, for tests that must commit. Opening one takes a third of a second."""
    from tests.support.databases import close_store, open_store

    opened = open_store()
    yield opened
    clean_documents(opened)
    close_store(opened)


@pytest.fixture
def client_for() -> Callable[[Any], Client]:
    """`client_for(store)` visits that store's host; `client_for(None)` the platform's."""

    def client(store: Any, **headers: Any) -> Client:
        host = f"{store.slug}.localhost" if store is not None else "localhost"
        return Client(headers={"host": host, **headers})

    return client


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    from django.core.cache import cache

    from apps.accounts.api import cached_answers
    from apps.metering.counting import forget_counts
    from apps.partners.kept import forget_kept
    from apps.platform.selectors import forget_addresses
    from apps.platform.services.wake_ups import forget_noted
    from apps.storefront.page_cache.storage import memory
    from apps.tenancy.page_versions import forget_page_versions
    from apps.tenancy.versioned_cache import forget_cached

    forget_cached()
    forget_noted()
    forget_kept()
    forget_counts()
    forget_addresses()
    forget_page_versions()
    memory.clear()
    cached_answers.memory.clear()
    cache.clear()


@pytest.fixture(autouse=True)
def _pages_follow_rolled_back_tests(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is committed in the transaction of a test: what pages show changes with the write."""
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(
            "apps.tenancy.shown_tables._after_commit", lambda connection, call: call()
        )
