"""Search for orders by number, e-mail, phone, name or product. For staff.

A whole number, a whole e-mail address and SKUs are looked up by an index, among all orders. Names, titles, phone numbers
and the beginnings of any of these are compared in memory, in folded form, with the latest `RECENT` orders
(`apps/common/sought.py`).
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.common.sought import MOST, RECENT, FoldedWords, Sought
from apps.common.text import NotText, ascii_digits, clean_code, line_of, words_of
from apps.common.web import normalize_email
from apps.orders.models import Order, OrderLine

_GROUPS: Final = re.compile(r"([0-9A-Z]{4})-?([0-9A-Z]{4})(?:-S\d+)?")
_LOOKALIKES: Final = str.maketrans("OIL", "011")  # numbers of orders have none of these letters


def find_orders(text: str, *, skus: Collection[str] = (), country: str = "") -> list[UUID]:
    """The orders that `text` names, and those with a line of one of `skus`. Nothing for an empty text.

    Every word of it begins a word of the order: of its number, e-mail, names, titles and SKUs. Or it is a phone number in
    any format; one without `+` is of `country`. A whole SKU finds the orders with this SKU and no others, except those of a
    buyer whose name is the same digits. At most five queries.
    """
    line = line_of(text)
    if not line:
        return []
    numbered = find_by_number(line)
    sold = _with_skus(_spellings(line))
    if sold or not _spellings(line).isdisjoint(skus):
        named = _named(line) if ascii_digits(line).isdecimal() else []
        return list(dict.fromkeys([*numbered, *sold, *named]))
    known = [*numbered, *_by_email(line), *_with_skus(skus)]
    return list(dict.fromkeys([*known, *_among_recent(line, country)]))


def find_by_number(line: str) -> list[UUID]:
    """The order with this number, as people type it, or of this parcel's number."""
    number = number_in(line)
    found = Order.objects.filter(number=number).order_by() if number else Order.objects.none()
    return list(found.values_list("pk", flat=True))


def _by_email(line: str) -> list[UUID]:
    email = normalize_email(line)
    if "@" not in email:
        return []
    theirs = Order.objects.filter(email=email).order_by("-placed_at")
    return list(theirs.values_list("pk", flat=True)[:MOST])


def _with_skus(skus: Collection[str]) -> list[UUID]:
    lines = OrderLine.objects.filter(sku__in=skus).order_by("-id")
    return list(lines.values_list("order_id", flat=True)[:MOST])


def _spellings(line: str) -> set[str]:
    """A SKU as it was typed, or in capitals where it has a digit: `mug` is a word, also where `MUG` is a SKU."""
    return {line, line.upper() if any(one.isdecimal() for one in line) else line}


def number_in(line: str) -> str:
    """`#mmqy wcdo` is `MMQY-WCD0`, and so is a parcel's number of that order. Empty for what is no number."""
    try:
        code = clean_code(line).upper().lstrip("#").replace(" ", "")
    except NotText:
        return ""
    found = _GROUPS.fullmatch(code)
    return f"{found[1]}-{found[2]}".translate(_LOOKALIKES) if found else ""


def _among_recent(line: str, country: str) -> list[UUID]:
    recent = Order.objects.order_by("-placed_at", "-id").values_list(
        "pk", "placed_at", "number", "email", "phone", "shipping_address", "billing_address"
    )
    rows, sought = list(recent[:RECENT]), Sought(line, country)
    if not rows or sought.is_empty:
        return []
    sold, folded = _texts_of_lines(rows[-1][1]), FoldedWords()
    found: list[UUID] = []
    for pk, _placed, number, email, phone, *addresses in rows:
        names = dict.fromkeys(str(address.get("name") or "") for address in addresses)
        known = f"{folded.of([number, email, *names])}{sold.get(pk, '')}"
        phones = [phone, *(str(address.get("phone") or "") for address in addresses)]
        if sought.fits(known, phones):
            found.append(pk)
            if len(found) == MOST:
                break
    return found


def _named(line: str) -> list[UUID]:
    """The recent orders of buyers whose whole name this is."""
    recent = Order.objects.order_by("-placed_at", "-id").values_list(
        "pk", "shipping_address", "billing_address"
    )
    words = words_of(line)
    return [
        pk
        for pk, *addresses in recent[:RECENT]
        if any(words_of(str(address.get("name") or "")) == words for address in addresses)
    ][:MOST]


def _texts_of_lines(since: datetime) -> Mapping[UUID, str]:
    """The folded titles and SKUs of each order."""
    lines = OrderLine.objects.filter(order__placed_at__gte=since).order_by()
    folded = FoldedWords()
    found: dict[UUID, str] = {}
    for order, *texts in lines.values_list("order_id", "title", "variant_title", "sku"):
        found[order] = f"{found.get(order, '')}{folded[' '.join(texts)]}"
    return found
