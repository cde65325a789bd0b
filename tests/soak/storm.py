"""A shop between two vendors, workers that die at any statement, and vendors that go away and come back.

All that calls a vendor runs in processes of its own. One clock: the shop's and the vendors' are moved together.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.cache import caches
from django.test import Client

from apps.clickpost import services as clickpost
from apps.common.actor import Actor
from apps.common.clock import moved_to
from apps.common.errors import DomainError
from apps.easyecom import services as easyecom
from apps.easyecom.models import Location
from apps.easyecom.services.syncing import read_due
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways import services as gateways
from apps.inbox import services as inbox
from apps.inventory.selectors import get_default_warehouse
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.platform.sweeps import run_sweeps
from apps.tenancy.context import current_store, use_actor
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.clickpost.desk import books_itself, connect_store
from tests.easyecom.shop import Shop
from tests.integrations.bodies import CLICKPOST, EASYECOM, post
from tests.payments import bank
from tests.support.acting import STAFF, seeing_all
from tests.support.killing_statements import LIVES, start_to_die, was_killed
from tests.vendors.clickpost import ClickPostVendor
from tests.vendors.easyecom import EasyEcomVendor
from tests.vendors.running import RunningVendors

TIMES = 5  # each webhook comes
_BATCH = 6
_DOORS = {"easyecom": EASYECOM, "clickpost": CLICKPOST}
# The steps of a carrier, by the outcome of the parcel.
JOURNEYS = {
    "delivered": ("pick_up", "travel", "go_out", "deliver"),
    "second try": ("pick_up", "go_out", "fail", "go_out", "deliver"),
    "back": ("pick_up", "travel", "go_out", "fail", "turn_back", "bring_back"),
}
_FATES = ("delivered", "second try", "back", "delivered", "cancelled", "delivered")

# In the order in which an order needs them.
WORKERS = ("handle", "relay", "push", "book", "sweep", "read")

Work = Callable[[], object]


@dataclass
class Sale:
    """`fate` is what is to become of it; `steps` how far its parcel is."""

    order_id: Any
    number: str
    fate: str
    steps: int = 0


@dataclass
class Storm:
    store: Any
    vendors: RunningVendors
    chance: random.Random
    shift: timedelta = timedelta()
    missed: timedelta = timedelta()
    goods: list[Goods] = field(default_factory=list)
    sales: dict[str, Sale] = field(default_factory=dict)
    unsent: list[tuple[str, str, Any]] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    secrets: dict[str, str] = field(default_factory=dict)

    def connect(self) -> None:
        """Parcels are booked by themselves, from a warehouse that EasyEcom has."""
        self.secrets["easyecom"] = Shop(self.store, EasyEcomVendor()).secret
        with seeing_all(self.store):
            self.secrets["clickpost"] = connect_store(ClickPostVendor())
            books_itself()
            Location.objects.create(key="lk1", name="Pune", warehouse=get_default_warehouse())
            self.goods = [make_goods(stock=2_000, price_minor=price) for price in (49_900, 120_000)]
        self.store.refresh_from_db()
        goods = {each.sku: {"name": each.sku, "count": 2_000} for each in self.goods}
        self.vendors.set_goods(goods)

    def inside(self) -> ExitStack:
        """In the store, at its time."""
        stack = ExitStack()
        stack.enter_context(seeing_all(self.store))
        stack.enter_context(moved_to(datetime.now(UTC) + self.shift))
        return stack

    def later(self, by: timedelta) -> None:
        """Of vendors that are away, the clock goes on as well."""
        self.shift += by
        try:
            self.vendors.move_clock(by)
        except OSError:
            self.missed += by
        caches["limits"].clear()

    def bring_vendors_back(self) -> None:
        self.vendors.start()
        self.vendors.move_clock(self.missed)
        self.missed = timedelta()

    # People

    def buy(self, count: int) -> None:
        for _ in range(count):
            with self.inside():
                cash = self.chance.random() < 0.5
                cart = make_cart(*self.chance.choice([self.goods, self.goods[:1]]), quantity=1)
                method = "cash_on_delivery" if cash else "test"
                order = place(cart, payment_method=method).order
                if not cash:
                    self._pay(Payment.objects.get(order=order))
            fate = _FATES[len(self.sales) % len(_FATES)]
            self.sales[order.number] = Sale(order.pk, order.number, fate)

    def _pay(self, payment: Payment) -> None:
        """The buyer pays; the bank's message comes twice and waits to be handled."""
        bank.pay(payment)
        body, headers = bank.message_of(payment)
        with use_actor(Actor.system("webhook")):
            for _ in range(2):
                gateways.receive_event(gateway_code="test", body=body, headers=headers)

    def cancel_some(self) -> None:
        """Staff cancel what they can; what has left stays."""
        for sale in self.sales.values():
            if sale.fate == "cancelled":
                with self.inside(), suppress(DomainError):
                    order = Order.objects.get(pk=sale.order_id)
                    fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)

    # The warehouse and the carriers

    def move_goods(self, most: int = 2) -> bool:
        """The warehouse hands parcels over with the waybills on their labels; carriers take each some steps further. True where
        something moved."""
        books, moved = self.vendors.books(), False
        waybills = {each["reference"]: each for each in books["parcels"]}
        for invoice in books["invoices"]:
            number = invoice["reference_code"]
            parcel = waybills.get(number)
            if parcel is None or parcel["is_cancelled"] or self._is_cancelled(number):
                continue
            if invoice["order_status"] == "Open":
                self.vendors.press("easyecom", str(invoice["invoice_id"]), "ship")
                moved = True
                continue
            moved = self._travel(self.sales[number], most) or moved
        return moved

    def _travel(self, sale: Sale, most: int) -> bool:
        journey = JOURNEYS.get(sale.fate, JOURNEYS["delivered"])
        steps = journey[sale.steps : sale.steps + self.chance.randint(1, most)]
        for verb in steps:
            self.vendors.press("clickpost", sale.number, verb)
        sale.steps += len(steps)
        return bool(steps)

    def _is_cancelled(self, number: str) -> bool:
        with self.inside():
            return Order.objects.get(number=number).is_cancelled

    # What vendors send

    def collect(self) -> None:
        """What they have to say, each five times."""
        self.unsent += self.vendors.take_webhooks() * TIMES
        self.chance.shuffle(self.unsent)

    def send(self, share: float = 1.0) -> None:
        """So many of what waits reach the shop; it answers each."""
        count = round(len(self.unsent) * share)
        sent, self.unsent = self.unsent[:count], self.unsent[count:]
        assert set(self._post(sent)) <= {200}

    def _post(self, notices: Sequence[tuple[str, str, Any]]) -> list[int]:
        client = Client(headers={"host": f"{self.store.slug}.localhost"})
        with moved_to(datetime.now(UTC) + self.shift):
            return [
                post(client, f"{_DOORS[code]}{topic}", body, self.secrets[code]).status_code
                for code, topic, body in notices
            ]

    # Workers

    def workers(self) -> dict[str, Work]:
        """What tasks do. `receive` is a web server, whose sender gets no answer and sends it again."""
        batch = self.chance.sample(self.unsent, min(_BATCH, len(self.unsent)))
        return {
            "relay": relay_outbox,
            "push": easyecom.push_due,
            "book": clickpost.send_due,
            "handle": inbox.handle_due,
            "sweep": lambda: run_sweeps(current_store()),
            "read": read_due,
            "receive": partial(self._post, batch),
        }

    def start(self, name: str, work: Work, statement: int = LIVES) -> int:
        def run() -> None:
            with ExitStack() if name == "receive" else self.inside():
                work()

        return start_to_die(run, statement)

    def kill(self, names: Iterable[str], statements: Sequence[int]) -> None:
        """Each worker, two at a time, dies before these statements; then it does its work alive."""
        for name in names:
            for first in range(0, len(statements), 2):
                work = self.workers()[name]
                some = statements[first : first + 2]
                for child in [self.start(name, work, statement) for statement in some]:
                    self.deaths[name] += was_killed(child)
                self.later(timedelta(seconds=40))
            self.later(timedelta(minutes=3))  # the longest lease
            self.work([name])

    def work(self, names: Iterable[str] = WORKERS) -> None:
        """Alive."""
        for name in names:
            if name != "receive":
                assert not was_killed(self.start(name, self.workers()[name]))
