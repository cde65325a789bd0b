"""Who bought: the orders of one person, with an account or as a guest, and the guests themselves. For staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Avg, Count, Max, Q, QuerySet, Sum

from apps.common.json_text import json_text
from apps.common.sought import MOST, FoldedWords, Sought
from apps.common.sought import RECENT as LATEST
from apps.common.text import ascii_digits, line_of
from apps.common.web import normalize_email
from apps.orders.models import Order
from apps.orders.sales import IS_SALE, KEPT
from apps.tenancy.context import current_store

# The number of matching guest orders that the search for guests reads, latest first.
RECENT: Final = 1000


@dataclass(frozen=True)
class Spending:
    """A person's payments in one currency, without refunds, and the number of orders."""

    currency: str
    total_minor: int
    average_minor: int


@dataclass(frozen=True)
class Guest:
    """A buyer without an account, as their latest order has them."""

    order_id: UUID
    email: str
    name: str
    phone: str
    order_count: int
    last_placed_at: datetime


def list_orders_by(*, user_id: UUID | None, email: str) -> QuerySet[Order]:
    """The orders of an account and guest orders with this e-mail address, latest first. Both are indexed."""
    as_guest = Q(customer=None, email=normalize_email(email))
    theirs = as_guest | Q(customer_id=user_id) if user_id is not None else as_guest
    return Order.objects.filter(theirs).order_by("-placed_at", "-id")


def count_orders_of(user_ids: Sequence[UUID]) -> dict[UUID, tuple[int, datetime]]:
    """For each of these accounts that has ordered: how many orders, and when the last one was placed. One query."""
    rows = (
        Order.objects.filter(customer_id__in=user_ids)
        .order_by()
        .values_list("customer_id")
        .annotate(Count("id"), Max("placed_at"))
    )
    return {customer: (count, last) for customer, count, last in rows}


def sum_spending(orders: QuerySet[Order]) -> list[Spending]:
    """By currency, most orders first. Fully refunded orders do not count for the average. One query."""
    rows = (
        orders.filter(IS_SALE)
        .annotate(kept=KEPT)
        .filter(Q(kept__gt=0) | Q(total_minor=0))
        .order_by()
        .values("currency")
        .annotate(spent=Sum("kept"), average=Avg("kept"), count=Count("id"))
        .order_by("-count", "currency")
    )
    return [Spending(row["currency"], row["spent"], round(row["average"])) for row in rows]


def list_guests(query: str = "") -> list[Guest]:
    """Guests of the latest guest orders, or of those that fit every word by e-mail, phone or name. Two queries."""
    found = Order.objects.filter(customer=None)
    line = line_of(query)
    if line:
        found = found.alias(guest_name=json_text("shipping_address", "name"))
        found = found.filter(_written(line) | Q(pk__in=_find_guests(line)))
    latest: dict[str, Order] = {}
    columns = found.only("id", "email", "phone", "shipping_address", "placed_at")
    for order in columns.order_by("-placed_at", "-id")[:RECENT]:
        latest.setdefault(order.email, order)
    return _count(list(latest.values()))


def _written(line: str) -> Q:
    """Every word as it is written, whatever the order's age."""
    wanted = Q()
    for word in line.split():
        fits = Q(email__icontains=normalize_email(word)) | Q(guest_name__icontains=word)
        digits = "".join(one for one in ascii_digits(word) if one in "+0123456789")
        wanted &= fits | Q(phone__icontains=digits) if digits else fits
    return wanted


def _find_guests(line: str) -> list[UUID]:
    """Among the latest, in folded form."""
    sought, folded = Sought(line, current_store().country), FoldedWords()
    rows = Order.objects.filter(customer=None).order_by("-placed_at", "-id")
    latest = rows.values_list("pk", "email", "phone", "shipping_address")[:LATEST]
    found = [
        pk
        for pk, email, phone, address in latest
        if sought.fits(folded.of([email, str(address.get("name") or "")]), [phone])
    ]
    return found[:MOST]


def _count(orders: Sequence[Order]) -> list[Guest]:
    emails = [order.email for order in orders]
    counts = (
        Order.objects.filter(customer=None, email__in=emails)
        .order_by()
        .values("email")
        .annotate(count=Count("id"), last=Max("placed_at"))
    )
    by_email = {row["email"]: row for row in counts}
    return [
        Guest(
            order_id=order.pk,
            email=order.email,
            name=str(order.shipping_address.get("name") or ""),
            phone=order.phone,
            order_count=by_email[order.email]["count"],
            last_placed_at=by_email[order.email]["last"],
        )
        for order in orders
    ]
