"""The keys of a store's Stripe account: their forms, and whether they are for tests."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.gateways.keyed import KeyField, clean_fields

SECRET: Final = "secret_key"  # noqa: S105  the name of a field
PUBLISHABLE: Final = "publishable_key"
WEBHOOK: Final = "webhook_secret"

FIELDS: Final = (
    KeyField(
        PUBLISHABLE,
        _("Publishable key"),
        _("Begins with pk_test_ or pk_live_."),
        is_secret=False,
    ),
    KeyField(
        SECRET,
        _("Secret key"),
        _("Begins with sk_test_ or sk_live_; a restricted key begins with rk_test_ or rk_live_."),
    ),
    KeyField(
        WEBHOOK,
        _("Signing secret of the webhook"),
        _("Begins with whsec_. Stripe shows it at the webhook endpoint."),
    ),
)
_FORMS: Final = {
    PUBLISHABLE: re.compile(r"pk_(test|live)_[A-Za-z0-9_]{8,240}", re.ASCII),
    SECRET: re.compile(r"[sr]k_(test|live)_[A-Za-z0-9_]{8,240}", re.ASCII),
    WEBHOOK: re.compile(r"whsec_[A-Za-z0-9+/=_]{8,240}", re.ASCII),
}


def clean_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Raises `InvalidInput` for a missing or malformed key, and where test and live keys are mixed."""
    return clean_fields(keys, FIELDS, _FORMS, _mixed)


def _mixed(keys: Mapping[str, str]) -> dict[str, list[str]]:
    if is_test(keys) == keys[PUBLISHABLE].startswith("pk_test_"):
        return {}
    return {PUBLISHABLE: [gettext("One key is for tests and the other one is live.")]}


def is_test(keys: Mapping[str, Any]) -> bool:
    """Whether the secret key moves no real money."""
    return "k_test_" in str(keys[SECRET])[:8]
