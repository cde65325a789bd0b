"""Gift cards and credit, for the tests of what they pay."""

import re
from typing import Any

from apps.accounts.models import User
from apps.giftcards import services as giftcards
from apps.giftcards.checking import check_balances
from apps.giftcards.models import GiftCard, StoreCredit
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order
from apps.payments.checking import check_money
from apps.payments.models import Payment
from apps.tenancy.context import use_actor
from tests.support.acting import STAFF, SYSTEM


@use_actor(STAFF)
def issue(amount_minor: int = 20_000, **more: Any) -> tuple[GiftCard, str]:
    issued = giftcards.issue_card(amount_minor=amount_minor, actor=STAFF, **more)
    return issued.card, issued.code


@use_actor(STAFF)
def give_credit(user: User, amount_minor: int) -> StoreCredit:
    return giftcards.adjust_credit(
        customer_id=user.pk, amount_minor=amount_minor, reason="A gift", actor=STAFF
    )


@use_actor(SYSTEM)
def left_on(account: GiftCard | StoreCredit) -> int:
    account.refresh_from_db()
    return account.balance_minor


@use_actor(SYSTEM)
def entries_of(account: GiftCard | StoreCredit) -> list[tuple[str, int]]:
    return list(account.entries.order_by("created_at", "id").values_list("kind", "amount_minor"))


@use_actor(SYSTEM)
def payments_of(order: Order) -> list[tuple[str, str, int]]:
    rows = Payment.objects.filter(order=order).order_by("gateway")
    return list(rows.values_list("gateway", "state", "amount_minor"))


@use_actor(SYSTEM)
def assert_agrees(order: Order) -> None:
    """The order's rows equal its events, and its payments and every balance equal their ledgers."""
    order.refresh_from_db()
    assert rebuild_order_state(order) == read_order_state(order)
    assert check_money() == []
    assert check_balances() == []


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.content.decode()))
