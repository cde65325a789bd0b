"""A task runs in the store that published it, whatever the worker did before."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from celery import chain
from django.core.cache import cache
from django.db import connections, transaction

from apps.accounts.models import User
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.tasks import StoreTask
from tests.support.databases import ENVIRONMENT
from tests.support.waiting import wait_until
from tests.tenancy import sample_tasks as tasks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def worker(three_stores: list[Any]) -> Iterator[list[Any]]:
    """A real worker process on this test's databases; yields the stores, each with one person."""
    for store in three_stores:
        with use_store(store):
            User.objects.create_user(f"{store.slug}@example.com")
    database = connections["platform"].settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    queue = f"test-{os.getpid()}"
    from config.celery import app

    app.conf.task_default_queue = queue
    environment = {**ENVIRONMENT, "DATABASE_URL": f"{url}/{database['NAME']}"}
    environment["CELERY_QUEUE"] = queue  # for the tasks that tasks start
    environment.pop("POLYSTORE_EMBEDDED", None)  # the address above counts, not the state folder's
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config.celery",
            "worker",
            "-Q",
            queue,
            "--pool",
            "threads",
            "-c",
            "4",
            "-l",
            "ERROR",
            "-I",
            "tests.tenancy.sample_tasks",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ],
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        cwd=ROOT,
    )
    yield three_stores
    process.terminate()
    process.wait(20)


def seen(key: str) -> Any:
    name = f"seen:{key}"
    wait_until(lambda: cache.get(name) is not None, f"no task told about {key}", seconds=90)
    return cache.get(name)


def expected(store: Any) -> dict[str, Any]:
    return {
        "store": store.slug,
        "emails": [f"{store.slug}@example.com"],
        "clock": store.time_zone,
    }


def test_tasks_keep_to_their_store(worker: list[Any]) -> None:
    """Mixed tasks, tasks started by tasks, retries, chains, chords, commits and platform tasks on one worker."""
    wanted: dict[str, Any] = {}
    for number in range(90):
        store = worker[number % 3]
        with use_store(store):
            task = (tasks.look, tasks.look_from_inside, tasks.look_twice)[number % 9 // 3]
            task.delay(f"n{number}")
        wanted[f"n{number}"] = expected(store)
    for store in worker:
        with use_store(store):
            chain(tasks.look.si(f"c1{store.slug}"), tasks.look.si(f"c2{store.slug}"))()
            with transaction.atomic():
                cast(StoreTask, tasks.look).delay_on_commit(f"commit{store.slug}")
        wanted |= {f"{key}{store.slug}": expected(store) for key in ("c1", "c2", "commit")}
    tasks.look_at_platform.delay("platform")
    with use_store(worker[0]):
        tasks.look_at_platform.delay("platform-from-store")

    for key, value in wanted.items():
        assert seen(key) == value, key
    for key in ("platform", "platform-from-store"):
        assert seen(key)["store"] is None
        assert seen(key)["clock"] == "UTC"
        assert not set(seen(key)["emails"]) & {f"{store.slug}@example.com" for store in worker}

    with outside_store():
        tasks.look.delay("homeless")
    with use_store(worker[0]):
        tasks.look.delay("after")
    assert seen("after") == expected(worker[0])
    assert cache.get("seen:homeless") is None
