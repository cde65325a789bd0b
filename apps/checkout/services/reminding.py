"""Mails about carts that were left: off unless the store sends them, and only to buyers who have asked for them.

Each reminder is one mail. The row of a reminder and its mail commit together, and the row's key is the cart with the number of the
reminder; then the cart says when the next one is due. A crash in between repeats the second step only, and of two workers one
inserts the row.
"""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.carts.rules import get_cart_settings
from apps.carts.selectors import CartView, list_due_reminders, present_cart
from apps.catalog.selectors import full_title
from apps.checkout.models import CartReminder
from apps.checkout.reminders import KIND, make_reminder_token
from apps.common.clock import now
from apps.common.money import format_money
from apps.common.places import locale_of
from apps.common.typed_text import Block, cleans_text
from apps.common.web import clean_email
from apps.content.letterheads import letterhead_of
from apps.events import services as events
from apps.notifications import services as notifications
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.platform.selectors import get_store, store_url
from apps.platform.sweeps import do_each
from apps.tenancy.context import current_store, system_scope

TEMPLATE: Final = "cart_reminder"
_BATCH: Final = 200
# A reminder that was not sent so long after its moment, such as after an outage, is not sent any more.
_TOO_LATE: Final = timedelta(days=2)
_A_WEEK: Final = timedelta(days=7)


@cleans_text
def ask_for_reminders(*, cart: Cart, email: str, words: Annotated[str, Block(2000)]) -> Cart:
    """The buyer wants reminders of this cart at that address, and has read these words. Repeatable. Nothing for what is no
    address, or where the store sends none."""
    address = clean_email(email)
    if not address or not get_cart_settings().reminds or not cart.is_open:
        return cart
    notifications.opt_in(kind=KIND, email=address, source="checkout", words=words)
    return carts.note_contact(cart=cart, email=address)


def send_cart_reminders() -> int:
    """Write the mails that are due, some at a time. Repeatable; two at once write each mail once."""
    if not get_cart_settings().reminds or current_store().is_sandbox:
        return 0
    return do_each(list_due_reminders(limit=_BATCH), _remind)


def note_return(*, reminder: CartReminder, cart: Cart, restored: Cart) -> None:
    """The link of the reminder put the goods into that cart: there is no further reminder. Repeatable."""
    with system_scope("checkout"):
        first = CartReminder.objects.filter(pk=reminder.pk, returned_at__isnull=True)
        first.update(returned_at=now(), restored_ref=str(restored.pk))
    carts.stop_reminding(cart=cart)


def _remind(cart: Cart) -> bool:
    if cart.status == CartStatus.CONVERTING:
        return False  # it is ordered, or open again at the next sweep
    number = (cart.reminded or 0) + 1
    email = _reader_of(cart)
    view = present_cart(cart) if email and _is_wanted(cart, email, number) else None
    if view is None or not any(line.is_orderable for line in view.lines):
        carts.stop_reminding(cart=cart)
        return False
    with events.transaction_with_wake_up():
        row, is_new = CartReminder.objects.get_or_create(cart_ref=str(cart.pk), number=number)
        if is_new:
            _write_mail(row, view, email)
    carts.count_reminder(cart=cart, number=number)
    return is_new


def _reader_of(cart: Cart) -> str:
    if cart.contact:
        return cart.contact
    if not cart.customer_ref:
        return ""
    user = User.objects.filter(pk=UUID(cart.customer_ref), is_active=True).first()
    return user.email if user is not None else ""


def _is_wanted(cart: Cart, email: str, number: int) -> bool:
    rules = get_cart_settings()
    if not cart.is_open or cart.is_empty or number > rules.most_reminders:
        return False
    if cart.remind_at is None or cart.remind_at < now() - _TOO_LATE:
        return False
    if not notifications.may_send(kind=KIND, email=email):
        return False
    lately = SentMail.objects.filter(to=email, template=TEMPLATE, created_at__gte=now() - _A_WEEK)
    return not _has_ordered(cart, email) and lately.count() < rules.most_reminders


def _has_ordered(cart: Cart, email: str) -> bool:
    """Since the cart was left, with any cart."""
    buyer = Q(email=email)
    if cart.customer_ref:
        buyer |= Q(customer_id=UUID(cart.customer_ref))
    return Order.objects.filter(buyer, placed_at__gte=cart.updated_at).exists()


def _write_mail(row: CartReminder, view: CartView, email: str) -> None:
    store, language = get_store(current_store().id), current_store().language
    page = reverse(
        "storefront:cart_reminder", args=[make_reminder_token(row)], urlconf=settings.STORE_URLCONF
    )
    notifications.send_mail_to(
        to=email,
        template=TEMPLATE,
        context={
            "url": store_url(store, page),
            "subtotal": format_money(view.subtotal, str(locale_of(language))),
            "lines": [
                {
                    "title": full_title(line.title, line.variant_title),
                    "quantity": str(line.quantity),
                }
                for line in view.lines
                if line.is_orderable
            ],
        },
        language=language,
        message_ref=f"{TEMPLATE}:{row.pk}",
        letterhead=letterhead_of(store),
    )
