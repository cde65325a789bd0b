"""Whether coupons and discounts were counted for the orders that used them, and for no others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Count, F, Max, Q

from apps.common.json_text import whole_json
from apps.discounts.codes import code_key
from apps.discounts.models import Allowance, Redemption
from apps.orders.models import Order
from apps.platform.ledgers import LedgerDifference, checks_ledger, in_portions, started_after

_USES = "uses"


@checks_ledger
def check_discounts(since: datetime | None) -> Iterator[LedgerDifference]:
    """The counters of all discounts: one query, whatever `since` is."""
    counted = Allowance.objects.annotate(
        taken=Count("discount__redemptions", filter=Q(discount__redemptions__slot__isnull=False)),
        last=Max("discount__redemptions__slot"),
    )
    wrong = counted.exclude(used=F("taken")) | counted.filter(last__gt=F("used"))
    for row in wrong.select_related("discount").order_by("pk"):
        yield LedgerDifference(row.discount.name, "used", row.used, row.taken, "redemptions")


@checks_ledger
def check_redemptions(since: datetime | None) -> Iterator[LedgerDifference]:
    """Each use belongs to an order that lives and shows it; each code on an order is a use. Two queries a thousand."""
    rows = Redemption.objects.filter(given_back_at__isnull=True).order_by("pk")
    for uses in in_portions(started_after(rows, since, "created_at")):
        orders = Order.objects.in_bulk([each.order_ref for each in uses])
        for use in uses:
            order = orders.get(use.order_ref)
            name = order.number if order is not None else str(use.order_ref)
            if order is None or order.is_cancelled:
                yield LedgerDifference(name, _USES, 1, 0, "orders", use.order_ref)
    shown = Order.objects.alias(shown=whole_json("discounts")).exclude(shown="[]")
    live = shown.filter(cancelled_at__isnull=True).order_by("pk")
    for some in in_portions(started_after(live, since, "placed_at")):
        codes = _codes_of(some)
        for order in some:
            named = Counter(code_key(each["code"]) for each in order.discounts if each["code"])
            used = Counter(code for code in codes.get(order.pk, []) if code)
            if named != used:
                yield LedgerDifference(
                    order.number, "codes", named.total(), used.total(), "redemptions", order.pk
                )


def _codes_of(orders: Sequence[Order]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    rows = Redemption.objects.filter(
        order_ref__in=[order.pk for order in orders], given_back_at__isnull=True
    )
    for order_ref, code in rows.values_list("order_ref", "code"):
        found.setdefault(order_ref, []).append(code)
    return found
