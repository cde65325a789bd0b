"""Signs of fraud in an order: few, each a sentence that says what was counted. They refuse nothing."""

from datetime import timedelta
from typing import Final

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext

from apps.common.addresses import country_name
from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.payments.models import PaymentAttempt
from apps.tenancy.context import current_store

DECLINES: Final = 3
MANY_ORDERS: Final = 3
AN_HOUR: Final = timedelta(hours=1)
HIGH_VALUE: Final = 3  # times the average
COMPARED: Final = 200  # latest orders before it
ENOUGH: Final = 20  # to compare with


def warning_signs(order: Order) -> list[str]:
    """At most four statements, each by an index."""
    found = (_declined(order), _countries(order), *_many(order), _first_and_high(order))
    return [sentence for sentence in found if sentence]


def _declined(order: Order) -> str:
    tries = PaymentAttempt.objects.filter(payment__order_id=order.pk, outcome="declined").count()
    if tries < DECLINES:
        return ""
    return gettext("%(count)s attempts to pay were declined.") % {"count": tries}


def _countries(order: Order) -> str:
    to = str(order.shipping_address.get("country") or "")
    bill = str(order.billing_address.get("country") or "")
    if not to or not bill or to == bill or not order.needs_shipping:
        return ""
    sentence = gettext("The bill goes to %(bill)s, the parcel to %(to)s.")
    return sentence % {"bill": country_name(bill), "to": country_name(to)}


def _many(order: Order) -> list[str]:
    """Orders of the hour before it, with the same e-mail address or phone."""
    hour = Order.objects.filter(placed_at__gt=order.placed_at - AN_HOUR, placed_at__lte=order.placed_at)  # fmt: skip
    same_phone = Q(phone=order.phone) if order.phone else Q(pk=order.pk)
    sums = hour.aggregate(
        email=Count("id", filter=Q(email=order.email)), phone=Count("id", filter=same_phone)
    )
    signs = []
    if sums["email"] >= MANY_ORDERS:
        sentence = gettext("%(count)s orders within an hour with this e-mail address.")
        signs.append(sentence % {"count": sums["email"]})
    if sums["phone"] >= MANY_ORDERS:
        sentence = gettext("%(count)s orders within an hour with this phone number.")
        signs.append(sentence % {"count": sums["phone"]})
    return signs


def _first_and_high(order: Order) -> str:
    earlier = Order.objects.filter(placed_at__lt=order.placed_at)
    if earlier.filter(email=order.email).exists():
        return ""
    latest = earlier.filter(currency=order.currency, total_minor__gt=0).order_by("-placed_at")
    known = latest[:COMPARED].aggregate(average=Avg("total_minor"), count=Count("pk"))
    if known["count"] < ENOUGH or order.total_minor < HIGH_VALUE * known["average"]:
        return ""
    usual = format_money(
        from_minor(int(known["average"]), order.currency), current_store().language
    )
    sentence = gettext(
        "The first order of this e-mail address, and orders are %(usual)s on average."
    )
    return sentence % {"usual": usual}
