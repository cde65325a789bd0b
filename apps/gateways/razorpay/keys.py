"""The keys of a store's Razorpay account, and whether they are for tests."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.gateways.keyed import KeyField, clean_fields

KEY_ID: Final = "key_id"
SECRET: Final = "key_secret"  # noqa: S105  the name of a field
WEBHOOK: Final = "webhook_secret"
SPEED: Final = "refund_speed"
NORMAL: Final = "normal"
OPTIMUM: Final = "optimum"

FIELDS: Final = (
    KeyField(KEY_ID, _("Key ID"), _("Begins with rzp_test_ or rzp_live_."), is_secret=False),
    KeyField(SECRET, _("Key secret"), _("Razorpay shows it once, when the key is made.")),
    KeyField(
        WEBHOOK,
        _("Secret of the webhook"),
        _("You choose it at Razorpay when you add the webhook: at least 12 characters."),
    ),
    KeyField(
        SPEED,
        _("Speed of refunds"),
        _("At once where the buyer's bank can do that costs a fee of Razorpay."),
        is_secret=False,
        choices=((NORMAL, _("in 5 to 7 working days")), (OPTIMUM, _("at once where possible"))),
    ),
)
_FORMS: Final = {
    KEY_ID: re.compile(r"rzp_(test|live)_[A-Za-z0-9]{8,40}", re.ASCII),
    SECRET: re.compile(r"[A-Za-z0-9]{16,64}", re.ASCII),
    WEBHOOK: re.compile(r"[!-~]{12,100}", re.ASCII),
    SPEED: re.compile(f"{NORMAL}|{OPTIMUM}"),
}


def clean_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Raises `InvalidInput` for a missing or malformed key."""
    return clean_fields(keys, FIELDS, _FORMS)


def is_test(keys: Mapping[str, Any]) -> bool:
    return str(keys[KEY_ID]).startswith("rzp_test_")
