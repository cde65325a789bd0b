"""What a store enters to reach the portal: an address, its account, and the portal's public keys."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput
from apps.common.text import line_of
from apps.gateways.keyed import KeyField
from apps.invoices.portal.sealing import Unreadable, read_keys_of, write_key
from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import check_address

KIND: Final = "irp"
URL: Final = "api_url"
CLIENT_ID: Final = "client_id"
CLIENT_SECRET: Final = "client_secret"  # noqa: S105  the name of a field
USER: Final = "user_name"
PASSWORD: Final = "password"  # noqa: S105  the name of a field
PUBLIC_KEY: Final = "public_key"
SIGNING_KEY: Final = "signing_key"
HEADERS: Final = "headers"
_NOTHING: Final = "-"

FIELDS: Final = (
    KeyField(
        URL,
        _("Address of the API"),
        _(
            "The portal sends it with the keys; a GSP has its own. For trying: https://einv-apisandbox.nic.in"
        ),
        is_secret=False,
    ),
    KeyField(CLIENT_ID, _("Client ID"), _("Of the portal, or of the GSP."), is_secret=False),
    KeyField(CLIENT_SECRET, _("Client secret"), _("It belongs to the client ID.")),
    KeyField(
        USER,
        _("User name"),
        _("Of the API user that you made at the portal for your GSTIN."),
        is_secret=False,
    ),
    KeyField(PASSWORD, _("Password"), _("Of the same user.")),
    KeyField(
        PUBLIC_KEY,
        _("Public key of the portal"),
        _("The text of the file that the portal sends with the keys: it encrypts the login."),
        is_secret=False,
        most=6000,
    ),
    KeyField(
        SIGNING_KEY,
        _("Certificate of the portal's signature"),
        _(
            "The text of the file that the portal publishes, several one after the other. Empty: signatures are not checked."
        ),
        is_secret=False,
        most=20_000,
    ),
    KeyField(
        HEADERS,
        _("Further headers"),
        _("For a GSP, such as X-Subscription: abc; X-Other: def. A dash removes them."),
        most=2000,
    ),
)
SECRETS: Final = tuple(field.name for field in FIELDS if field.is_secret)
# Where the secrets are sent to, and what they are encrypted with.
_DESTINATION: Final = (URL, PUBLIC_KEY)
# Headers that say where a request goes and where it ends: never typed.
_OURS: Final = {"host", "connection", "content-length", "transfer-encoding"}
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}", re.ASCII)
_VALUE: Final = re.compile(r"[!-~](?:[ -~]{0,500}[!-~])?", re.ASCII)
_FORMS: Final = {
    URL: re.compile(r"https?://[^\s?#@]{4,300}"),
    CLIENT_ID: re.compile(r"[!-~]{4,100}", re.ASCII),
    CLIENT_SECRET: re.compile(r"[!-~]{4,200}", re.ASCII),
    USER: re.compile(r"[!-~][ -~]{0,98}[!-~]", re.ASCII),
    PASSWORD: re.compile(r"[^\x00-\x1f]{4,100}"),
}


def clean_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """The keys in their normal form. Raises `InvalidInput` with the errors by field."""
    cleaned = {field.name: _plain(field, keys) for field in FIELDS}
    cleaned[URL] = cleaned[URL].rstrip("/")
    wrong = {
        field.name: [f"{gettext('This is not such a value.')} {field.hint}"]
        for field in FIELDS
        if field.name in _FORMS and not _FORMS[field.name].fullmatch(cleaned[field.name])
    }
    if URL not in wrong:
        try:
            check_address(cleaned[URL])
        except HostRefused as refusal:
            wrong[URL] = [str(refusal)]
    for name in (PUBLIC_KEY, SIGNING_KEY):
        try:
            cleaned[name] = _public_keys(cleaned[name], is_needed=name == PUBLIC_KEY)
        except Unreadable:
            wrong[name] = [gettext("This is no public RSA key of 2,048 bits or more.")]
    if cleaned[HEADERS] == _NOTHING:
        cleaned[HEADERS] = ""
    if _read_headers(cleaned[HEADERS]) is None:
        wrong[HEADERS] = [gettext("Write each header as Name: value, with ; between two.")]
    if wrong:
        raise InvalidInput(gettext("These keys can't be used."), fields=wrong)
    return cleaned


def with_saved(keys: Mapping[str, str], saved: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed, and for a secret that is left empty the saved one. Not for another address or public key: a person who may
    change those must not make the secrets go there."""
    given = {field.name: str(keys.get(field.name) or "") for field in FIELDS}
    try:
        given[PUBLIC_KEY] = _public_keys(given[PUBLIC_KEY], is_needed=False)
    except Unreadable:
        return given
    is_same = bool(saved) and all(
        given[name].strip().rstrip("/") == saved[name] for name in _DESTINATION
    )
    kept = {name: saved.get(name, "") for name in SECRETS if is_same and not given[name].strip()}
    return {**given, **kept}


def headers_of(keys: Mapping[str, Any]) -> dict[str, str]:
    return _read_headers(str(keys.get(HEADERS) or "")) or {}


def _plain(field: KeyField, keys: Mapping[str, str]) -> str:
    value = str(keys.get(field.name) or "")
    return value.strip() if field.name in (PASSWORD, PUBLIC_KEY, SIGNING_KEY) else line_of(value)


def _public_keys(text: str, *, is_needed: bool) -> str:
    if not text.strip() and not is_needed:
        return ""
    return ",".join(map(write_key, read_keys_of(text)))


def _read_headers(text: str) -> dict[str, str] | None:
    """None for what is no list of headers."""
    found: dict[str, str] = {}
    for part in filter(str.strip, text.split(";")):
        name, colon, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if not (colon and _HEADER.fullmatch(name) and _VALUE.fullmatch(value)):
            return None
        if name.lower() in _OURS:
            return None
        found[name] = value
    return found
