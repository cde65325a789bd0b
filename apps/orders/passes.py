"""Passes: links to one order that end after a while, for a buyer who has named the order and themselves.

A pass replaces the order's own token in an address. It is signed, so it needs no row.
"""

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common.addresses import NotPhone, clean_phone
from apps.common.clock import now
from apps.common.text import NotText
from apps.common.web import normalize_email
from apps.orders.finding import number_in
from apps.orders.models import Order
from apps.tenancy.context import current_store, system_scope

LASTS: Final = timedelta(minutes=30)
_PASS: Final = re.compile(r"([0-9a-f]{8})-([0-9a-f]{32})-([0-9a-f]{40})")
# Compared with what was typed where there is no such order, so that both answers take the same work.
_NO_EMAIL: Final = "x" * 40
_NO_PHONE: Final = "0" * 16


def make_pass(order: Order) -> str:
    """A pass for this order, in this store, from now on."""
    return _written(order.pk, int((now() + LASTS).timestamp()))


def read_pass(text: str) -> UUID | None:
    """The order's id; None for a pass that is over, changed or of another store, and for any other text."""
    found = _PASS.fullmatch(text)
    if found is None:
        return None
    order_id, ends = UUID(found[2]), int(found[1], 16)
    is_ours = constant_time_compare(text, _written(order_id, ends))
    return order_id if is_ours and ends > now().timestamp() else None


def find_tracked(number: str, contact: str) -> Order | None:
    """The order with this number whose buyer has this e-mail address or phone number.

    One query and the same comparisons whatever is right or wrong, so that neither the answer nor its time tells a number
    that exists.
    """
    with system_scope("tracking"):
        order = Order.objects.filter(number=number_in(number) or "-").first()
    email, phone = _typed_email(contact), _typed_phone(contact)
    address = order.shipping_address if order is not None else {}
    kept = [
        (order.email if order is not None else _NO_EMAIL, email),
        (_plain(order.phone if order is not None else _NO_PHONE), phone),
        (_plain(str(address.get("phone") or _NO_PHONE)), phone),
    ]
    fits = [bool(typed) and constant_time_compare(known, typed) for known, typed in kept]
    return order if any(fits) else None


def _written(order_id: UUID, ends: int) -> str:
    value = f"{current_store().id}:{order_id}:{ends}"
    signed = salted_hmac("orders.pass", value, algorithm="sha256").hexdigest()
    return f"{ends:08x}-{order_id.hex}-{signed[:40]}"


def _typed_email(contact: str) -> str:
    email = normalize_email(contact)
    return email if "@" in email else ""


def _typed_phone(contact: str) -> str:
    try:
        return _plain(clean_phone(contact, current_store().country))
    except (NotPhone, NotText):
        return ""


def _plain(phone: str) -> str:
    """Without an extension."""
    return phone.partition(";")[0]
