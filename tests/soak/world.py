"""A shop with several kinds of everything, a bank with moods, and a clock that runs through a year."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.common.clock import moved_to, now
from apps.common.errors import DomainError
from apps.common.money import from_minor
from apps.discounts.models import Discount
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.test_bank import TestGateway
from apps.gateways.values import (
    Charge,
    Dispute,
    DisputeStatus,
    GatewayState,
    RefundReceipt,
    RefundRequest,
)
from apps.payments import services as payments
from apps.payments.models import CashSettings
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.returns.models import ReturnSettings
from tests.checkout.shop import Goods, make_goods
from tests.discounts.rules import make_discount
from tests.giftcards.cards import issue
from tests.payments.transfers import open_account
from tests.returns.asking import make_sizes

STOCK = 60
_LIKELY = 0.85
Row = TypeVar("Row", bound=Any)


class MoodyBank(TestGateway):
    """Sometimes silent, sometimes unwilling, and buyers dispute what they have paid."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.disputes: dict[str, Dispute] = {}
        self.is_moody = True

    def fetch(self, charge: Charge) -> GatewayState:
        self._may_be_silent()
        state, dispute = super().fetch(charge), self.disputes.get(charge.ref)
        return state if dispute is None else replace(state, disputes=(dispute,))

    def refund(self, request: RefundRequest) -> RefundReceipt:
        self._may_be_silent()
        if self.is_moody and self.chance.random() < 0.04:
            raise GatewayRefused("Not today.")
        done = super().refund(request)
        self._may_be_silent()  # it is done, and the answer is lost
        return done

    def dispute(self, ref: str, amount_minor: int, currency: str, status: DisputeStatus) -> None:
        """Opened or lost: the money is withdrawn; won: it is returned."""
        amount, nothing = from_minor(amount_minor, currency), from_minor(0, currency)
        self.disputes[ref] = Dispute(
            ref=f"dispute-{ref}",
            amount=amount,
            status=status,
            withdrawn=amount,
            returned=amount if status == DisputeStatus.WON else nothing,
        )

    def _may_be_silent(self) -> None:
        if self.is_moody and self.chance.random() < 0.03:
            raise GatewayUnavailable


class Clock:
    """One time for all actors, which runs on with what they do."""

    def __init__(self) -> None:
        self._moment, self._lock = now(), threading.Lock()

    def run_on(self, by: timedelta) -> None:
        with self._lock:
            self._moment += by

    @property
    def moment(self) -> datetime:
        return self._moment

    @contextmanager
    def running(self) -> Iterator[None]:
        with moved_to(self._moment):
            yield


@dataclass
class World:
    """What the actors share. Lists only grow, so that threads can read them."""

    seed: int
    bank: MoodyBank
    clock: Clock = field(default_factory=Clock)
    goods: list[Goods] = field(default_factory=list)
    sizes: list[Goods] = field(default_factory=list)
    coupons: list[str] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def count(self, name: str, *, is_refused: bool = False) -> None:
        counts = self.refused if is_refused else self.done
        counts[name] = counts.get(name, 0) + 1


def open_world(seed: int, bank: MoodyBank) -> World:
    """GST on top with parts that do not divide, a delivery and a fee of cash with odd amounts, coupons with few uses."""
    world = World(seed, bank)
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": False, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=300_000)
    row, _ = CashSettings.objects.get_or_create(key="store")
    row.fee_minor = 1_903
    payments.save_cash_settings(row)
    open_account()
    ReturnSettings.objects.update_or_create(
        key="store", defaults={"restocking_percent": 7, "approve_below_minor": 60_000}
    )
    world.goods = [make_goods(stock=STOCK, price_minor=price) for price in (33_333, 999, 12_345)]
    world.goods.append(make_goods(is_digital=True, price_minor=7_777))
    world.sizes = make_sizes(49_999, 64_001, 20_003, stock=STOCK)
    for number in range(3):
        person = User.objects.create_user(
            email=f"buyer{number}@example.com", password="long enough 42"
        )
        world.people.append(person.pk)
    add_coupon(world, "TEN", percent=10)
    add_coupon(world, "ODD", percent="33.3333", limit=40)
    add_coupon(world, "ONCE", percent=50, per_buyer_limit=2)
    for amount in (100_000, 5_003, 250_000):
        world.cards.append(issue(amount)[1])
    return world


def add_coupon(world: World, code: str, **values: Any) -> None:
    world.discounts.append(make_discount(code, **values))
    world.coupons.append(code)


def any_of(chance: random.Random, rows: QuerySet[Row]) -> Row | None:
    """A row at random, of the sixty latest."""
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[:60])
    return rows.get(pk=chance.choice(keys)) if keys else None


class NothingToDo(DomainError):
    """No row fits the act at the moment."""


def found(row: Row | None) -> Row:
    if row is None:
        raise NothingToDo
    return row


def is_likely(chance: random.Random) -> bool:
    """Mostly a row for which the act is meant; sometimes any, which the shop must refuse."""
    return chance.random() < _LIKELY
