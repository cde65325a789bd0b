"""A password planted in a store's credentials is found nowhere: pages, API, errors, logs, messages, cache, tables."""

import io
import logging
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.test import Client, RequestFactory
from django.urls import reverse, set_urlconf
from django.views.debug import ExceptionReporter, technical_500_response

from apps.accounts.models import User
from apps.backoffice.sites import platform_admin
from apps.placements.kinds import kind_of
from apps.platform import services
from apps.platform.errors import PlacementUnreachable
from apps.platform.models import ProvisioningJob, Store
from apps.platform.selectors import get_database_config, get_documents_config
from apps.provisioning import services as provisioning
from apps.tenancy.connections import StoreUnreachable, forget_database
from apps.tenancy.context import system_scope, use_store
from apps.tenancy.routers import Home, home_of
from tests.support import own_documents
from tests.support.documents import documents

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = f"canary-{secrets.token_hex(8)}"
OTHERS = f"canary-{secrets.token_hex(8)}"  # one inside a connection string


class Told(logging.Handler):
    """Everything anybody logs, whatever its level, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(level=0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record) + repr(record.args) + str(record.msg))


@pytest.fixture
def told() -> Iterator[Told]:
    handler, root = Told(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def canary_store(placed_store: Store, settings: Any) -> Iterator[Store]:
    """A store whose credentials are the canary's: the server refuses them."""
    settings.PLACED_DATABASES = {**settings.PLACED_DATABASES, "retry_seconds": 0.2}
    config = {**get_database_config(placed_store), "password": CANARY}
    forget_database(placed_store.active_store.alias)
    services.save_integration(store=placed_store, kind="database", config=config)
    yield placed_store
    forget_database(placed_store.active_store.alias)


@pytest.fixture
def operator(client_for: Callable[..., Client], transactional_db: None) -> Iterator[Client]:
    client = client_for(None)
    person = User.objects.create_superuser(f"{secrets.token_hex(4)}@example.com", "a-long-one-1")
    client.force_login(person)
    client.cookies["session_platform"] = client.cookies["sessionid"].value
    client.raise_request_exception = False
    yield client
    User.objects.filter(pk=person.pk)._raw_delete("platform")


def clean(text: str, where: str) -> None:
    assert CANARY not in text, where
    assert OTHERS not in text, where


def test_pages_and_answers_of_the_platform(
    canary_store: Store, operator: Client, told: Told, capfd: Any
) -> None:
    for model in platform_admin._registry:
        name = f"platform_admin:{model._meta.app_label}_{model._meta.model_name}"
        answer = operator.get(reverse(f"{name}_changelist"))
        clean(answer.content.decode(), str(model))
        for row in model._default_manager.all()[:20]:
            for page in ("change", "history"):
                answer = operator.get(reverse(f"{name}_{page}", args=[row.pk]))
                clean(answer.content.decode(), f"{model} {page}")
    job = ProvisioningJob.objects.get(store=canary_store)
    asked = [
        operator.get(f"/api/v1/provision/{job.id}/status"),
        operator.get("/api/v1/stores"),
        operator.post(
            "/api/v1/provision/check",
            {"databaseType": "postgresql", "config": broken_config(canary_store)},
            content_type="application/json",
        ),
        operator.post(
            "/api/v1/provision",
            {
                "storeId": str(canary_store.id),
                "databaseType": "postgresql",
                "config": {"connectionString": f"postgresql://u:{OTHERS}@127.0.0.1:1/x"},
            },
            content_type="application/json",
        ),
    ]
    for answer in asked:
        clean(answer.content.decode(), "API")
    clean("\n".join(told.lines), "logs")
    clean("".join(capfd.readouterr()), "output")


@pytest.mark.matrix
def test_the_password_of_a_mongodb_of_its_own(
    operator: Client, told: Told, settings: Any, capfd: Any
) -> None:
    """Saved, refused by the server, and asked for again: it is told nowhere."""
    settings.DEBUG = True
    settings.PLACED_DATABASES = {**settings.PLACED_DATABASES, "retry_seconds": 0.2}
    with own_documents.database() as name, own_documents.opened(name) as store:
        forget_database(store.active_store.documents_alias)
        config = {**get_documents_config(store), "password": CANARY}
        services.save_integration(store=store, kind="documents", config=config)
        visitor = Client(headers={"host": f"{store.slug}.localhost"}, raise_request_exception=False)
        answers = [
            visitor.get("/product/x/"),
            operator.get(reverse("platform_admin:platform_store_change", args=[store.pk])),
            operator.get(reverse("platform_admin:platform_store_connection", args=[store.pk])),
            *(
                operator.post(path, body, content_type="application/json")
                for path, body in (
                    ("/api/v1/provision/check", {"databaseType": "shared"}),
                    ("/api/v1/provision", {"storeId": store.slug}),
                )
                for body in ({**body, "config": refused_documents()},)
            ),
        ]
        assert answers[0].status_code == 503
        assert "refuses this user" in answers[2].content.decode()
        for answer in answers:
            clean(answer.content.decode(), answer.request["PATH_INFO"])
        for fail in (ask_its_documents, ask_past_the_circuit, change_its_documents):
            for page in pages_about(partial(fail, store)):
                clean(page, f"page about {fail.__name__}")
        out = io.StringIO()
        for command in ("databases", "migrate_documents", "check_connection"):
            arguments = ["--store", store.slug] if command == "databases" else []
            arguments = [store.slug] if command == "check_connection" else arguments
            with pytest.raises((SystemExit, CommandError)) as caught:
                call_command(command, *arguments, stdout=out, stderr=out)
            clean(str(caught.value) + out.getvalue(), command)
    clean("\n".join(told.lines), "logs")
    clean("".join(capfd.readouterr()), "output")


def refused_documents() -> dict[str, str]:
    netloc = f"canary:{OTHERS}@127.0.0.1:{own_documents.server().port}"
    return {own_documents.URI: own_documents.address("x", netloc=netloc)}


def ask_its_documents(store: Store) -> None:
    with use_store(store), system_scope():
        documents().get_collection("products").find_one({})


def ask_past_the_circuit(store: Store) -> None:
    """A server that changes its mind about the password while a client is open."""
    with use_store(store), system_scope():
        connection: Any = connections["documents"]
        with patched(connection.placed.circuit, require_answer=lambda: None):
            connection.get_collection("products").find_one({})


@contextmanager
def patched(target: Any, **values: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(target, name, value)
        yield


def change_its_documents(store: Store) -> None:
    provisioning.change_documents_credentials(store=store, config=refused_documents())


def broken_config(store: Store) -> dict[str, Any]:
    return {**get_database_config(store), "host": "127.0.0.1", "port": "1"}


def test_failing_connections_pages_about_errors_and_logs(
    canary_store: Store, settings: Any, told: Told, capfd: Any
) -> None:
    settings.DEBUG = True
    host = f"{canary_store.slug}.localhost"
    client = Client(headers={"host": host}, raise_request_exception=False)
    for path in ("/orders/unknown/", "/api/v1/orders/x", "/admin/"):
        clean(client.get(path).content.decode(), path)
    forget_database(canary_store.active_store.alias)
    for fail in (ask_the_store, change_to_broken, look_at_broken):
        for page in pages_about(partial(fail, canary_store)):
            clean(page, f"page about {fail.__name__}")
    out = io.StringIO()
    for arguments in ((), ("--json",)):
        with pytest.raises(SystemExit):
            call_command("databases", *arguments, stdout=out, stderr=out)
    assert canary_store.slug in out.getvalue()
    clean(out.getvalue(), "manage.py databases")
    clean("\n".join(told.lines), "logs")
    clean("".join(capfd.readouterr()), "output")


def ask_the_store(store: Store) -> None:
    with use_store(store), system_scope():
        User.objects.count()


def change_to_broken(store: Store) -> None:
    provisioning.change_database_credentials(store=store, config=broken_config(store))


def look_at_broken(store: Store) -> None:
    kind = kind_of("postgresql")
    problems = kind.preflight(kind.clean_config(broken_config(store))).problems
    raise PlacementUnreachable(problems[0].sentence)


def pages_about(fail: Callable[[], None]) -> list[str]:
    """Django's own pages about an error, as DEBUG shows them and as e-mails to admins would be."""
    try:
        fail()
    except (StoreUnreachable, PlacementUnreachable, OperationalError):
        information = sys.exc_info()
    else:
        raise AssertionError("nothing failed")
    set_urlconf(None)  # the last visitor's may still stand there
    request = RequestFactory().get("/")
    reporter = ExceptionReporter(request, *information)
    return [
        technical_500_response(request, *information).content.decode(),
        reporter.get_traceback_html(),
        reporter.get_traceback_text(),
    ]


def test_messages_cache_and_tables(canary_store: Store) -> None:
    config = {"connectionString": f"postgresql://u:{OTHERS}@127.0.0.1:1/x"}
    slug = f"c{secrets.token_hex(4)}"
    job = provisioning.open_store(
        name="Canary",
        slug=slug,
        owner=None,
        currency="INR",
        country="IN",
        database_type="postgresql",
        config=config,
    )
    provisioning.run_provisioning(job)
    assert job.error
    clean(job.error, "job")
    try:
        server = redis.Redis.from_url(django_settings.CACHES["default"]["LOCATION"])
        for key in server.scan_iter():
            clean(str(server.dump(key)), f"cache or queue {key!r}")
        for model in apps.get_models():
            if home_of(model) is Home.PLATFORM:
                for row in model._default_manager.values():
                    clean(str({k: getattr(v, "token", v) for k, v in row.items()}), str(model))
    finally:
        Store.objects.filter(slug=slug).delete()


def test_settings_on_pages_about_errors_hold_no_password_of_an_address(settings: Any) -> None:
    settings.SOME_ADDRESS = f"mongodb+srv://user:{OTHERS}@db.example.com/x"
    settings.MORE = {"HOST": [f"redis://:{OTHERS}@localhost"], "NAME": "x"}
    request = RequestFactory().get("/", SERVER_ADDRESS=f"amqp://u:{OTHERS}@h/")
    try:
        raise ValueError
    except ValueError:
        page = technical_500_response(request, *sys.exc_info()).content.decode()
    clean(page, "settings")
    assert "db.example.com" in page
    assert connections["platform"].settings_dict["PASSWORD"] not in page
