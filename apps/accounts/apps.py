from allauth.core.internal import ratelimit
from django.apps import AppConfig

from apps.tenancy.shared_cache import rate_counters


class AccountsConfig(AppConfig):
    """People: users, roles, addresses, sessions, tokens."""

    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        """allauth has no setting for where it counts attempts. The default cache keeps nothing while its server is gone:
        attempts to log in would have no limit."""
        ratelimit.cache = rate_counters
        from apps.accounts import signing_in  # noqa: F401  its receiver
