"""Tokens in links that set a new password."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from apps.tenancy.context import current_store_or_none


class TokenGenerator(PasswordResetTokenGenerator):
    """Good in one store only: a sandbox has people with the same ids and passwords as its live store."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        store = current_store_or_none()
        home = "platform" if store is None else store.id.hex
        return f"{super()._make_hash_value(user, timestamp)}:{home}"
