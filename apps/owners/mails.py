"""The mails of the entrance. The platform has no outbox: they are text, and are sent at once."""

from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings

from apps.accounts.errors import MailNotSent
from apps.accounts.mails import link_days
from apps.accounts.models import User
from apps.owners.links import new_account_url, password_url

log = structlog.get_logger(__name__)


def mail_new_account(email: str) -> None:
    """To an address without an account: the link that makes one."""
    _send(
        "new_account", email, {"url": new_account_url(email), "hours": settings.SIGNUP_LINK_HOURS}
    )


def mail_password_link(user: User) -> None:
    """To the address of an account: where to log in, and the link for a new password."""
    _send("known_account", user.email, {"url": password_url(user), "days": link_days()})


def mail_closed_account(email: str) -> None:
    _send("closed_account", email, {"contact": settings.PLATFORM_CONTACT})


def mail_no_account(email: str) -> None:
    """A new password was requested for an address without an account, while none can be made."""
    _send("no_account", email, {"contact": settings.PLATFORM_CONTACT})


def _send(name: str, email: str, facts: Mapping[str, Any]) -> None:
    """Raises `MailNotSent`."""
    try:
        get_adapter().render_mail(f"owners/email/{name}", email, dict(facts)).send()
    except (OSError, SMTPException) as error:
        log.warning("The mail server refused a mail.", error=type(error).__name__)
        raise MailNotSent from error
