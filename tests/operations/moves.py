"""Moves of a store, and buyers meanwhile."""

import threading
from typing import Any

from django.db import connections

from apps.operations import moving
from apps.platform.models import Store, StoreMove
from apps.platform.selectors import get_active_store
from apps.platform.states import MoveStatus
from apps.tenancy.errors import StorePaused
from tests.checkout.shop import make_cart, place
from tests.support.acting import seeing_all
from tests.support.waiting import wait_until


def move_to(store: Any, text: str, config: Any = None) -> StoreMove:
    move = moving.request_move(
        store=Store.objects.get(pk=store.pk), target=moving.parse_target(text, config), start=False
    )
    done = moving.run_move(move)
    assert (done.status, done.error) == (MoveStatus.DONE, "")
    return done


class Buyers:
    """Threads that buy as web processes do: they look the store up anew for every order."""

    def __init__(self, store: Any, goods: Any, count: int = 3) -> None:
        self.store, self.goods = store, goods
        self.placed: list[Any] = []
        self.paused = 0
        self.errors: list[Exception] = []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(count)]

    def __enter__(self) -> "Buyers":
        for thread in self.threads:
            thread.start()
        self.wait_for(5)
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def wait_for(self, more: int) -> None:
        wanted = len(self.placed) + more
        wait_until(lambda: len(self.placed) >= wanted or self.errors, "nobody buys", seconds=60)
        assert self.errors == []

    def wait_for_refusals(self, more: int) -> None:
        wanted = self.paused + more
        wait_until(lambda: self.paused >= wanted or self.errors, "nobody is refused", seconds=60)

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                with seeing_all(get_active_store(store_id=self.store.id)):
                    self.placed.append(place(make_cart(self.goods)).order.pk)
            except StorePaused:
                self.paused += 1
                self.stop.wait(0.05)
            except Exception as error:
                self.errors.append(error)
                break
        connections.close_all()
