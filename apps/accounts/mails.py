"""The mails about an account: welcome, passwords. Written in the transaction of what happened, and sent by the outbox.

A link for a new password is made when its mail leaves (`make_secret` of the mail's type) and kept nowhere: staff who may read a
store's mails must not be able to take over its owner's login.
"""

from typing import Any, Final
from uuid import UUID

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.accounts.models import User
from apps.accounts.tokens import TokenGenerator
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.moments import format_moment
from apps.common.places import locale_of
from apps.notifications import services as notifications
from apps.notifications.letterhead import store_letterhead
from apps.notifications.models import FORGOTTEN, SentMail
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store, system_scope

_TOKEN: Final = "TOKEN"  # noqa: S105  the place of one
_DAY_SECONDS: Final = 24 * 60 * 60


def link_days() -> int:
    """Days that a link for a new password works."""
    return settings.PASSWORD_RESET_TIMEOUT // _DAY_SECONDS


def mail_welcome(user: User) -> None:
    """Once for an account."""
    facts = {"email": user.email, "url": _address("account")}
    _send(user.email, "welcome", facts, about=user, ref=str(user.pk))


def mail_password_link(user: User) -> None:
    """The link of a customer who has forgotten the password."""
    url = _address(
        "account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=_TOKEN
    ).replace(_TOKEN, FORGOTTEN)
    _send(user.email, "password_link", {"url": url, "days": link_days()}, about=user)


def mail_staff_link(user: User) -> None:
    """The link of staff to the admin."""
    url = staff_link(user, _TOKEN).replace(_TOKEN, FORGOTTEN)
    _send(user.email, "staff_password_link", {"url": url, "days": link_days()}, about=user)


def mail_no_account(email: str) -> None:
    """A new password was requested for an address without an account. It is always the answer to a request."""
    _send(email, "no_account", {"url": _address("account_signup")})


def mail_password_changed(user: User) -> None:
    """So that a person sees a change that is not theirs."""
    store = current_store()
    door = "store_admin:forgotten_password" if user.is_staff else "account_reset_password"
    moment = format_moment(timezone.localtime(now()), str(locale_of(store.language)))
    _send(user.email, "password_changed", {"moment": moment, "url": _address(door)}, about=user)


def staff_link(user: User, token: str) -> str:
    """The page of the active store's admin where a new password is chosen."""
    uid = urlsafe_base64_encode(force_bytes(str(user.pk)))
    return _address("store_admin:new_password", uidb64=uid, token=token)


def make_token(mail: SentMail) -> str:
    """The end of the link in this mail; "" for a person who can't log in any more."""
    kind, _colon, key = mail.about.partition(":")
    user = User.objects.filter(pk=UUID(key), is_active=True).first() if kind == "user" else None
    return TokenGenerator().make_token(user) if user is not None else ""


def _address(page: str, **parts: str) -> str:
    name = f"storefront:{page}" if page == "account" else page
    return current_url(reverse(name, kwargs=parts or None, urlconf=settings.STORE_URLCONF))


def _send(
    email: str, template: str, facts: dict[str, Any], *, about: User | None = None, ref: str = ""
) -> None:
    with system_scope("account mails"):
        notifications.send_mail_to(
            to=email,
            template=template,
            context=facts,
            language=current_store().language,
            message_ref=f"{template}:{ref or new_id()}",
            about=f"user:{about.pk}" if about is not None else "",
            letterhead=store_letterhead(with_contact=about is None or not about.is_staff),
        )
