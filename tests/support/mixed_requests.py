"""Run by `test_mixed_requests.py` as a process of its own, with pools on: thousands of requests over many stores at once,
by threads and by asyncio. Prints one JSON object: how many answers there were, and every foreign row that was seen.

    python -m tests.support.mixed_requests REQUESTS SLUG [SLUG ...]
"""

import asyncio
import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.db import close_old_connections, connections, transaction  # noqa: E402
from django.test import AsyncClient, Client  # noqa: E402

from apps.diagnostics.starting import require_safe_start  # noqa: E402
from apps.inventory.models import Warehouse  # noqa: E402
from apps.platform.models import Store  # noqa: E402
from apps.tenancy.context import system_scope, use_store  # noqa: E402

THREADS = 8
TASKS_AT_ONCE = 25
PATHS = ("/", "/api/v1/products", "/category/things/", "/cart/")


def read_rows(store: Any, chance: random.Random) -> list[str]:
    """Rows of SQL, with a write that is rolled back in between: the names of warehouses."""
    with use_store(store), system_scope():
        found = [warehouse.name for warehouse in Warehouse.objects.all()]
        with transaction.atomic():
            Warehouse.objects.create(code=f"w{chance.random()}"[:20], name=store.slug)
            transaction.set_rollback(True)
        return found + [warehouse.name for warehouse in Warehouse.objects.all()]


def read_and_leave(store: Any, chance: random.Random) -> list[str]:
    try:
        return read_rows(store, chance)
    finally:
        close_old_connections()


def foreign(store: Any, stores: list[Any], said: str) -> list[str]:
    """The short names of other stores in what this one answered."""
    return [
        f"{other.slug} at {store.slug}" for other in stores if other != store and other.slug in said
    ]


def visit(seed: int, count: int, stores: list[Any]) -> tuple[int, list[str]]:
    """One thread's share: pages, API, carts and rows, each of a store taken at random."""
    chance, answers, leaks = random.Random(seed), 0, list[str]()
    try:
        for _ in range(count):
            store = chance.choice(stores)
            if chance.random() < 0.4:
                said = " ".join(read_rows(store, chance))
            else:
                answer = Client(headers={"host": f"{store.slug}.localhost"}).get(
                    chance.choice(PATHS)
                )
                if answer.status_code >= 400:
                    raise RuntimeError(f"{answer.status_code} {answer.request['PATH_INFO']}")
                said = answer.content.decode().lower()
                if store.slug not in said:
                    raise RuntimeError(f"{store.slug} does not say who it is")
            close_old_connections()  # as the end of a request does: a thread does not keep what others wait for
            answers += 1
            leaks += foreign(store, stores, said)
    finally:
        connections.close_all()
    return answers, leaks


async def visit_all(count: int, stores: list[Any]) -> tuple[int, list[str]]:
    """The same as tasks of one event loop."""
    gate, chance = asyncio.Semaphore(TASKS_AT_ONCE), random.Random(7)

    async def one(store: Any, path: str, rows: bool) -> list[str]:
        async with gate:
            if rows:
                said = " ".join(await sync_to_async(read_and_leave)(store, random.Random(path)))
            else:
                client = AsyncClient(headers={"host": f"{store.slug}.localhost"})
                said = (await client.get(path)).content.decode().lower()
            return foreign(store, stores, said)

    tasks = [
        one(chance.choice(stores), chance.choice(PATHS), chance.random() < 0.4)
        for _ in range(count)
    ]
    found = await asyncio.gather(*tasks)
    return len(found), [leak for leaks in found for leak in leaks]


def main(requests: int, slugs: list[str]) -> None:
    require_safe_start()
    stores = [Store.objects.get(slug=slug) for slug in slugs]
    share = requests * 3 // 4 // THREADS
    with ThreadPoolExecutor(THREADS) as pool:
        shares = list(pool.map(lambda n: visit(n, share, stores), range(THREADS)))
    shares.append(asyncio.run(visit_all(requests - share * THREADS, stores)))
    connections.close_all()
    leaks = [leak for _, found in shares for leak in found]
    answers = sum(count for count, _ in shares)
    sys.stdout.write(json.dumps({"answers": answers, "leaks": leaks}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
