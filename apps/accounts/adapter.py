"""Settings of allauth in code: who may register, redirects, addresses of mails."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.requests import RequestSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.common.text import line_of
from apps.common.web import normalize_email
from apps.notifications.sender import sender_of_mails
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store_or_none


class AccountAdapter(DefaultAccountAdapter):
    """Registration is for customers of a store. The platform has none: its staff are appointed."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not fit together. "
            "Check both, or ask for a new password."
        ),
        "account_inactive": _("This account is closed. Write to the store to open it again."),
        "email_taken": _("There is an account with this e-mail address already. Log in instead."),
        "incorrect_password": _("This is not your current password."),
        "too_many_login_attempts": _("Too many attempts. Wait some minutes, then try again."),
        "same_as_current": _("Choose one that differs from the current one."),
        "rate_limited": _("Too many requests. Wait a moment, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return current_store_or_none() is not None

    def clean_email(self, email: str) -> str:
        return normalize_email(super().clean_email(email))

    def format_email_subject(self, subject: str) -> str:
        store = current_store_or_none()
        return line_of(f"{store.name}: {subject}" if store is not None else subject)

    def get_from_email(self) -> str:
        return sender_of_mails()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A sandbox holds copies of people who never asked it for anything."""
        store = current_store_or_none()
        if store is None:
            super().send_mail(template_prefix, email, context)
        elif not store.is_sandbox:
            super().send_mail(template_prefix, email, _at_home(self.request, context))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Removes the request's host, which allauth adds: otherwise each port would have separate attempts. Cache keys
        carry the store."""
        login = normalize_email(credentials.get("email", credentials.get("username", "")))
        return f"login:{login}"

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        context = {**context, "store": current_store_or_none()}
        return super().render_mail(template_prefix, email, context, headers)


def _at_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Replaces the request's host in links with the store's own address. A request for a mail to another person
    would choose that host."""
    asked = f"{request.scheme}://{request.get_host()}"
    moved = {
        name: current_url(value.removeprefix(asked))
        for name, value in context.items()
        if isinstance(value, str) and value.startswith(f"{asked}/")
    }
    site = RequestSite(request)
    site.domain = site.name = urlsplit(current_url()).netloc
    return {**context, **moved, "current_site": site}
