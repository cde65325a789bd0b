"""Logins of staff in the audit log: by page, admin and API. Those of customers are their own affair."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from apps.accounts.models import User
from apps.accounts.selectors import actor_of
from apps.accounts.visitors import SESSION
from apps.platform.auditing import note


def note_login(user: User) -> None:
    """For one who has just given the password."""
    if user.is_staff:
        note("user.logged_in", user, actor=actor_of(user), always=True)


@receiver(user_logged_in)
def _note(sender: object, user: User, request: Any = None, **_more: Any) -> None:
    if request is not None and hasattr(request, "session"):
        request.session.pop(SESSION, None)  # who logs in is no visitor from the platform any more
    note_login(user)
