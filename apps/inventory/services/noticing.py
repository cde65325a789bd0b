"""Back-in-stock notices: asked for at a sold-out variant, confirmed by a mail, sent once.

What a visitor is answered never says whether the address has asked before. A notice is nothing but an address, a
variant and a language; it goes when it was sent, or at its end.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.text import NotText
from apps.common.typed_text import Code, Line, cleans_text
from apps.common.web import clean_email
from apps.content.letterheads import letterhead_of
from apps.events import services as events
from apps.inventory.errors import NoticeNotPossible
from apps.inventory.mail_types import BACK_IN_STOCK
from apps.inventory.models import StockNotice
from apps.inventory.selectors import get_availability, get_stock_alerts
from apps.inventory.states import StockNoticeState
from apps.notifications import services as notifications
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.signing import read_signed_id, sign_id

TO_CONFIRM: Final = timedelta(days=2)
TO_WAIT: Final = timedelta(days=180)
KEPT_AFTER: Final = timedelta(days=7)
MOST_MAILINGS: Final = 3
MOST_A_DAY: Final = 5
_PAUSE: Final = timedelta(minutes=10)
_PORTION: Final = 200
_PURPOSE: Final = "inventory.stock_notice"


@cleans_text
def ask_for_notice(
    *,
    variant_ref: str,
    title: Annotated[str, Line(250)],
    page: Annotated[str, Line(300)],
    email: Annotated[str, Line(254)],
    language: Annotated[str, Code(16)],
) -> None:
    """Note the wish, and ask by mail whether it is meant: at most three times for a variant and address, with pauses, and
    for five variants a day.

    Raises `InvalidInput` for what is no address, and `NoticeNotPossible` where the store offers none or the variant can be
    bought now. Apart from these every call looks the same.
    """
    try:
        address = clean_email(email)
    except NotText:
        address = ""
    if not address:
        sentence = gettext("This is not an e-mail address.")
        raise InvalidInput(sentence, fields={"email": [sentence]})
    if not get_stock_alerts().offers_notices:
        raise NoticeNotPossible
    if get_availability([variant_ref])[variant_ref] > 0:
        raise NoticeNotPossible(gettext("It can be bought now."))
    with system_scope("stock_notice"), events.transaction_with_wake_up():
        notice, is_new = StockNotice.objects.select_for_update().get_or_create(
            variant_ref=variant_ref,
            email_key=address.casefold(),
            defaults={
                "email": address,
                "title": title,
                "page": page,
                "language": language,
                "expires_at": now() + TO_CONFIRM,
            },
        )
        if not is_new and notice.state == StockNoticeState.SENT:
            notice.state, notice.mailings = StockNoticeState.WAITING, 0
            notice.mailed_at = notice.confirmed_at = notice.sent_at = None
        if notice.state == StockNoticeState.WAITING:
            _ask(notice)


def _ask(notice: StockNotice) -> None:
    is_too_soon = notice.mailed_at is not None and now() < notice.mailed_at + _PAUSE
    if notice.mailings >= MOST_MAILINGS or is_too_soon:
        return
    asked = StockNotice.objects.filter(
        email_key=notice.email_key, mailed_at__gt=now() - timedelta(days=1)
    )
    if asked.count() >= MOST_A_DAY:
        return
    notice.mailings += 1
    notice.mailed_at, notice.expires_at = now(), now() + TO_CONFIRM
    notice.save()
    _write(
        notice,
        "stock_notice_confirm",
        url=store_url(
            get_store(current_store().id),
            reverse(
                "storefront:notice", args=[notice_token(notice)], urlconf=settings.STORE_URLCONF
            ),
        ),
    )


def notice_token(notice: StockNotice) -> str:
    return sign_id(_PURPOSE, notice.pk)


def read_notice(token: str) -> StockNotice | None:
    """The notice of a link of this store; None for any other link, and once the notice is gone."""
    key = read_signed_id(_PURPOSE, token)
    if key is None:
        return None
    with system_scope("stock_notice"):
        return StockNotice.objects.filter(pk=key, expires_at__gt=now()).first()


def confirm_notice(*, notice: StockNotice) -> None:
    """Repeatable. The reader wants such mails, whatever they said before."""
    with system_scope("stock_notice"), transaction.atomic():
        row = StockNotice.objects.select_for_update().filter(pk=notice.pk).first()
        if row is None or row.state != StockNoticeState.WAITING:
            return
        row.state, row.confirmed_at = StockNoticeState.CONFIRMED, now()
        row.expires_at = now() + TO_WAIT
        row.save(update_fields=["state", "confirmed_at", "expires_at"])
        notifications.opt_in(
            kind=BACK_IN_STOCK,
            email=row.email,
            source="back_in_stock",
            words=gettext("Yes, write to me"),
            is_proven=True,
        )


def withdraw_notice(*, notice: StockNotice) -> None:
    """Delete it. With the last notice of an address its consent to such mails ends. Repeatable."""
    with system_scope("stock_notice"), transaction.atomic():
        StockNotice.objects.filter(pk=notice.pk).delete()
        _end_consent([notice.email])


def send_notices() -> int:
    """Mail to those whose variant can be bought again. One statement when none waits. Returns how many were written."""
    waiting = StockNotice.objects.filter(
        state=StockNoticeState.CONFIRMED, expires_at__gt=now()
    ).order_by()
    refs = list(waiting.values_list("variant_ref", flat=True).distinct())
    stock = get_availability(refs) if refs else {}
    there = [ref for ref, pieces in stock.items() if pieces > 0]
    if not there:
        return 0
    with events.transaction_with_wake_up():
        rows = waiting.filter(variant_ref__in=there).order_by("confirmed_at", "pk")
        due = list(rows.select_for_update(skip_locked=True)[:_PORTION])
        for notice in due:
            notice.state, notice.sent_at = StockNoticeState.SENT, now()
            notice.expires_at = now() + KEPT_AFTER
            notice.save(update_fields=["state", "sent_at", "expires_at"])
            if notifications.may_send(kind=BACK_IN_STOCK, email=notice.email):
                url = store_url(get_store(current_store().id), notice.page)
                _write(notice, "back_in_stock", url=url)
    return len(due)


def forget_notices() -> int:
    """Delete what was not confirmed in time, what waited too long, and what was sent a week ago. Some hundreds at a time;
    consent ends with the last notice of an address."""
    old = StockNotice.objects.filter(expires_at__lte=now()).order_by("expires_at", "pk")
    with transaction.atomic():
        rows = list(old.select_for_update(skip_locked=True)[:_PORTION])
        StockNotice.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _end_consent([row.email for row in rows])
    return len(rows)


def drop_notices(email: str) -> None:
    """All of this address."""
    StockNotice.objects.filter(email_key=email.casefold()).delete()


def _end_consent(emails: Collection[str]) -> None:
    """Consent belongs to what was asked for, and ends with it."""
    keys = {email.casefold(): email for email in emails}
    kept = StockNotice.objects.filter(email_key__in=keys).values_list("email_key", flat=True)
    gone = keys.keys() - set(kept)
    if gone:
        notifications.end_consent(
            kind=BACK_IN_STOCK, emails=[keys[key] for key in gone], source="back_in_stock"
        )


def _write(notice: StockNotice, template: str, *, url: str) -> None:
    notifications.send_mail_to(
        to=notice.email,
        template=template,
        context={"title": notice.title, "url": url},
        language=notice.language,
        message_ref=f"{template}:{notice.pk}:{now():%Y%m%d%H%M%S%f}",
        letterhead=letterhead_of(get_store(current_store().id)),
    )
