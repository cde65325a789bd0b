"""New passwords by a link in a mail, for the staff of a store and of the platform.

The link is made when its mail leaves, and is not stored (`mails.py`).
"""

from smtplib import SMTPException

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext

from apps.accounts.errors import MailNotSent
from apps.accounts.mails import link_days, mail_password_changed, mail_staff_link, staff_link
from apps.accounts.models import User
from apps.accounts.selectors import actor_of
from apps.accounts.tokens import TokenGenerator
from apps.common.errors import Conflict
from apps.common.web import normalize_email
from apps.events import services as events
from apps.platform.auditing import note
from apps.platform.selectors import public_url
from apps.tenancy.context import current_store_or_none

log = structlog.get_logger(__name__)


def send_password_link(*, user: User, request: HttpRequest | None = None) -> None:
    """Mail a person of the active home a link to choose a new password. The old one is good until then.

    A store's mail is sent by the outbox. Raises `Conflict` in a sandbox and for people who can't log in, and on the platform
    `MailNotSent` when the mail server does not take it.
    """
    store = current_store_or_none()
    if store is not None and store.is_sandbox:
        raise Conflict(gettext("This store is a sandbox: it sends no mail."))
    _require_active(user)
    if store is None:
        _mail_colleague(user, request)
        note("user.password_link_sent", user)
        return
    with events.transaction_with_wake_up():
        mail_staff_link(user)
        note("user.password_link_sent", user)


def _mail_colleague(user: User, request: HttpRequest | None) -> None:
    """The platform has no mails of its own: this one is text, and sent at once."""
    context = {"password_reset_url": _link(user), "user": user, "store": None, "days": link_days()}
    try:
        get_adapter(request).render_mail("account/email/staff_password", user.email, context).send()
    except (OSError, SMTPException) as error:
        log.warning("The mail server refused a mail.", error=type(error).__name__)
        raise MailNotSent from error


def make_password_link(*, user: User) -> str:
    """The same link, for an operator who hands it over. It is stored nowhere, works once and for `link_days()`."""
    _require_active(user)
    note("user.password_link_made", user)
    return _link(user)


def send_link_to_staff(*, email: str, request: HttpRequest) -> None:
    """The action of "Forgot your password?" in an admin. The answer does not reveal which addresses have a login."""
    user = User.objects.filter(email=normalize_email(email), is_staff=True).first()
    if user is None:
        return
    try:
        send_password_link(user=user, request=request)
    except Conflict as refusal:
        log.info("No link for a new password.", reason=str(refusal))


def set_password(*, user: User, password: str) -> User:
    """End every existing session and token. For a person who has come by the link, so it is noted as theirs."""
    with events.transaction_with_wake_up():
        user.set_password(password)
        user.save(update_fields=["password"])
        note("user.password_set", user, actor=actor_of(user), always=True)
        if current_store_or_none() is not None:
            mail_password_changed(user)
    return user


def _require_active(user: User) -> None:
    if not user.is_active:
        raise Conflict(gettext("This person is deactivated. Activate them first."))


def _link(user: User) -> str:
    token = TokenGenerator().make_token(user)
    if current_store_or_none() is None:
        uid = urlsafe_base64_encode(force_bytes(str(user.pk)))
        path = reverse(
            "platform_admin:new_password", args=[uid, token], urlconf=settings.ROOT_URLCONF
        )
        return public_url(settings.PLATFORM_HOSTS[0], path)
    return staff_link(user, token)
