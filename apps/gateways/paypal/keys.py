"""The keys of a store's app at PayPal, and whether it is of the sandbox."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.gateways.keyed import KeyField, clean_fields

MODE: Final = "mode"
CLIENT_ID: Final = "client_id"
SECRET: Final = "client_secret"  # noqa: S105  the name of a field
WEBHOOK: Final = "webhook_id"
SANDBOX: Final = "sandbox"
LIVE: Final = "live"
PAGES: Final = {SANDBOX: "https://www.sandbox.paypal.com", LIVE: "https://www.paypal.com"}

FIELDS: Final = (
    KeyField(
        MODE,
        _("Mode"),
        _("An app of the sandbox moves no real money."),
        is_secret=False,
        choices=((SANDBOX, _("Sandbox")), (LIVE, _("Live"))),
    ),
    KeyField(CLIENT_ID, _("Client ID"), _("Of your app at PayPal."), is_secret=False),
    KeyField(SECRET, _("Secret"), _("PayPal shows it below the client ID.")),
    KeyField(
        WEBHOOK,
        _("Webhook ID"),
        _("PayPal shows it beside the webhook's address, once you have added it to the app."),
        is_secret=False,
    ),
)
_FORMS: Final = {
    MODE: re.compile(f"{SANDBOX}|{LIVE}"),
    CLIENT_ID: re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII),
    SECRET: re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII),
    WEBHOOK: re.compile(r"[A-Za-z0-9]{8,50}", re.ASCII),
}


def clean_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Raises `InvalidInput` for a missing or malformed key."""
    return clean_fields(keys, FIELDS, _FORMS)


def is_test(keys: Mapping[str, Any]) -> bool:
    return str(keys[MODE]) != LIVE


def api_of(keys: Mapping[str, Any]) -> str:
    return str(settings.PAYPAL_SANDBOX_API_URL if is_test(keys) else settings.PAYPAL_API_URL)


def page_of(keys: Mapping[str, Any]) -> str:
    """The origin of the pages on which buyers approve."""
    return PAGES[SANDBOX if is_test(keys) else LIVE]
