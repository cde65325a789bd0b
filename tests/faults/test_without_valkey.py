"""The shop without its Valkey: killed, or silent with its connections open."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import Client

from apps.accounts.roles import Role
from apps.inventory.selectors import get_availability
from apps.orders.models import Order
from apps.tenancy import shared_cache
from apps.tenancy.context import system_scope, use_store
from apps.tenancy.shared_cache import rate_counters
from apps.tenancy.task_publishing import PausingCelery
from tests.api.shop import (
    PASSWORD,
    Api,
    fill_cart,
    log_in,
    make_product,
    make_user,
    order_body,
    place_order,
)
from tests.support.databases import ENVIRONMENT
from tests.support.own_valkey import OwnValkey, own_valkey
from tests.support.threads import fails, run_at_once
from tests.support.waiting import wait_until

WORKER_TASKS = """
import os
from pathlib import Path

from celery import shared_task


@shared_task(platform=True, name="tests.leave")
def leave(name):
    (Path(os.environ["FOLDER"]) / name).touch()
"""

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


@pytest.fixture
def valkey(settings: Any) -> Iterator[OwnValkey]:
    with own_valkey("cache", settings) as server:
        yield server


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands of requests that waited for the server in vain."""
    found: list[str] = []
    failed = shared_cache._Server.failed

    def noted(self: Any, error: Any, ask: Any) -> None:
        if threading.current_thread().name != "shared-cache":
            found.append(type(error).__name__)
        failed(self, error, ask)

    monkeypatch.setattr(shared_cache._Server, "failed", noted)
    return found


def answers_again() -> bool:
    return all(caches[alias].is_answering for alias in django_settings.CACHES)  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", ["kill", "silence"])
def test_the_shop_sells_and_asks_once(
    valkey: OwnValkey, refusals: list[str], store: Any, client_for: Callable[..., Client], way: str
) -> None:
    product = make_product(store)
    staff = make_user(store, Role.OWNER)
    visitor = client_for(store)
    assert visitor.get("/").status_code == 200
    getattr(valkey, way)()

    for path in ("/", f"/product/{product.slug}/", "/search/?q=tea", "/cart/"):
        assert visitor.get(path).status_code == 200, path
    assert Api(store).get("products").json()["results"][0]["id"] == str(product.pk)
    assert place_order(store, product)["status"]
    assert log_in(store, staff).get("orders").json()["results"]
    form = {"login": staff.email, "password": PASSWORD}
    assert visitor.post("/account/login/", form).status_code == 302
    assert visitor.get("/account/").status_code == 200
    assert visitor.get("/admin/orders/order/").status_code == 200
    ready = client_for(None).get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["checks"]["cache"] == "unavailable"
    assert len(refusals) <= 2, "the first command, and the question of /ready"

    valkey.wake() if way == "silence" else valkey.start()
    wait_until(answers_again, "the cache is not asked again")
    assert client_for(None).get("/ready").json()["status"] == "ok"


def test_a_session_that_ended_meanwhile_does_not_come_back(
    valkey: OwnValkey, store: Any, client_for: Callable[..., Client]
) -> None:
    person = make_user(store)
    browser = client_for(store)
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert browser.get("/account/").status_code == 200
    kept = browser.cookies[f"session_{store.slug}"].value
    valkey.silence()
    browser.post("/account/logout/")
    valkey.wake()
    wait_until(answers_again, "the cache is not asked again")
    thief = client_for(store)
    thief.cookies[f"session_{store.slug}"] = kept
    assert thief.get("/account/").status_code == 302


def test_limits_hold_in_each_process(
    valkey: OwnValkey, store: Any, other_store: Any, settings: Any, client_for: Any
) -> None:
    settings.API_THROTTLE_RATES = {"login": "2/15m"}
    wrong = {"email": "asha@example.com", "password": "wrong"}
    valkey.kill()
    statuses = [Api(store).post("auth/login", wrong).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert Api(other_store).post("auth/login", wrong).status_code == 401
    browser = client_for(store)
    form = {"login": "mira@example.com", "password": "wrong"}
    pages = [browser.post("/account/login/", form).content.decode() for _ in range(8)]
    assert "Too many" not in pages[0]
    assert "Too many" in pages[-1], "attempts by the page are counted as well"


def test_each_count_is_one_more_and_ends(valkey: OwnValkey) -> None:
    assert [rate_counters.count("a", 60) for _ in range(3)] == [1, 2, 3]
    assert rate_counters.client().ttl(rate_counters.make_key("a")) in range(50, 61)
    valkey.kill()
    assert [rate_counters.count("a", 60) for _ in range(3)] == [1, 2, 3]
    assert [rate_counters.count("b", 60) for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("way", ["kill", "silence"])
def test_what_is_published_fails_soon_and_asks_once(
    valkey: OwnValkey, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = PausingCelery("publishing", broker=valkey.address, set_as_current=False)
    app.conf.broker_transport_options = {
        **django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_timeout": 0.5,
    }
    app.conf.task_publish_retry = False
    app.send_task("some.task")
    getattr(valkey, way)()
    with pytest.raises((OperationalError, OSError)):
        app.send_task("some.task")
    monkeypatch.setattr(app, "connection_for_write", pytest.fail)
    monkeypatch.setattr(app.amqp, "send_task_message", pytest.fail)
    with pytest.raises(OperationalError, match="a moment ago"):
        app.send_task("some.task")
    monkeypatch.undo()
    app._retry_at = 0.0
    valkey.wake() if way == "silence" else valkey.start()
    app.send_task("some.task")


@pytest.mark.soak
@pytest.mark.parametrize("way", ["kill", "silence"])
def test_a_worker_goes_on_when_its_broker_is_back(
    valkey: OwnValkey, way: str, tmp_path: Path
) -> None:
    (tmp_path / "worker_tasks.py").write_text(WORKER_TASKS)
    environment = {
        **ENVIRONMENT,
        "CELERY_BROKER_URL": valkey.address,
        "PYTHONPATH": f"{tmp_path}:{django_settings.BASE_DIR}",
        "FOLDER": str(tmp_path),
    }
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
    command += ["--pool", "threads", "-c", "2", "-l", "ERROR", "-I", "worker_tasks"]
    app = PausingCelery("publishing", broker=valkey.address, set_as_current=False)
    app.conf.broker_transport_options = django_settings.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.task_default_queue = django_settings.CELERY_TASK_DEFAULT_QUEUE
    worker = subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR)

    def work(name: str) -> None:
        app.send_task("tests.leave", (name,))
        wait_until((tmp_path / name).exists, f"{name} is not done", seconds=60)

    try:
        work("before")
        getattr(valkey, way)()
        with pytest.raises((OperationalError, OSError)):
            app.send_task("tests.leave", ("lost",))
        app._retry_at = 0.0
        valkey.wake() if way == "silence" else valkey.start()
        work("after")
        assert worker.poll() is None
    finally:
        worker.terminate()
        worker.wait(30)


BUYERS = 6
ORDERS = 25
ORDERS_BETWEEN = 8


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_orders_under_load_while_it_dies_and_comes_back(
    valkey: OwnValkey, throwaway_store: Any, client_for: Callable[..., Client]
) -> None:
    """Buyers buy, visitors look, while the server is killed, started, silenced and woken."""
    store = throwaway_store
    products = [make_product(store, stock=1_000) for _ in range(3)]
    is_over: list[bool] = []
    placed: list[int] = []

    def buy(seed: int) -> list[int]:
        chance = random.Random(seed)
        statuses = []
        for _ in range(ORDERS):
            product = chance.choice(products)
            page = client_for(store).get(f"/product/{product.slug}/")
            listed = Api(store).get("products")
            order = fill_cart(Api(store), product).post("orders", order_body(store))
            statuses += [page.status_code, listed.status_code, order.status_code]
            placed.append(order.status_code)
        return statuses

    def wait_for_orders(more: int) -> None:
        enough = len(placed) + more
        wait_until(lambda: is_over or len(placed) >= enough, "no orders", seconds=120)

    def disturb() -> None:
        steps = [valkey.kill, valkey.start, valkey.silence, valkey.wake]
        while not is_over:
            for step in steps:
                wait_for_orders(ORDERS_BETWEEN)
                step()

    def all_buy() -> list[Any]:
        try:
            return run_at_once(store, [partial(buy, seed) for seed in range(BUYERS)])
        finally:
            is_over.append(True)

    results = run_at_once(store, [all_buy, disturb])
    assert not fails(results), results
    answers = results[0]
    assert not fails(answers), answers
    assert {status for one in answers for status in one} == {200, 201}
    with use_store(store), system_scope("test"):
        assert Order.objects.count() == BUYERS * ORDERS
        refs = [product.variants[0].id for product in products]
        assert sum(get_availability(refs).values()) == 3_000 - BUYERS * ORDERS
    wait_until(answers_again, "the cache is not asked again")
    assert client_for(None).get("/ready").json()["status"] == "ok"
