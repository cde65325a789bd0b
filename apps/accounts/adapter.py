"""Settings of allauth in code: who may register, redirects, addresses of mails."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts import mails
from apps.accounts.models import User
from apps.common.text import line_of
from apps.common.web import normalize_email
from apps.events import services as events
from apps.notifications.sender import sender_of_mails
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

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        with events.transaction_with_wake_up():
            saved: User = super().save_user(request, user, form, commit=commit)
            if commit:
                mails.mail_welcome(saved)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only stores have such pages; their mails are those of the registry."""
        _MAILS[template_prefix](email, context)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """allauth's news: the password was changed, set, or chosen by a link."""
        if template_prefix in _NEW_PASSWORD:
            mails.mail_password_changed(user)

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


_MAILS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], None]]] = {
    "account/email/password_reset_key": lambda email, context: mails.mail_password_link(
        context["user"]
    ),
    "account/email/unknown_account": lambda email, context: mails.mail_no_account(email),
}
_NEW_PASSWORD: Final = frozenset(
    f"account/email/password_{done}" for done in ("changed", "set", "reset")
)
