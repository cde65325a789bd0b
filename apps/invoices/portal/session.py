"""The session at the portal: a token and a key for everything that is sent with it, for six hours.

Kept sealed in the store's cache until ten minutes before its end. The portal answers the same token to every login meanwhile, so a
lost cache costs a login, and other programs of the seller with the same account are not logged out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext

from apps.common.clock import now
from apps.invoices.portal import keys as names
from apps.invoices.portal.base import PortalUnavailable
from apps.invoices.portal.exchange import Answer, read_moment, request
from apps.invoices.portal.sealing import (
    Unreadable,
    new_app_key,
    read_keys_of,
    seal_login,
    unseal,
)
from apps.platform.crypto import seal as seal_for_us
from apps.platform.crypto import unseal as unseal_by_us
from apps.platform.errors import CredentialsUnreadable

_REFRESHED_BEFORE: Final = timedelta(minutes=10)


class KeysRefused(PortalUnavailable):
    """A matter of the store's staff: what was tried can succeed with new keys."""


@dataclass(frozen=True)
class Session:
    token: str = field(repr=False)
    key: bytes = field(repr=False)
    ends_at: datetime


def open_session(keys: Mapping[str, Any], gstin: str) -> Session:
    """The kept session, or a new one. Raises `PortalUnavailable`, `KeysRefused`."""
    kept = _read(_cache_key(keys, gstin))
    if kept is not None:
        return kept
    session = _log_in(keys, gstin)
    if session.ends_at - now() < _REFRESHED_BEFORE:
        session = _log_in(keys, gstin, is_forced=True)
    left = (session.ends_at - now() - _REFRESHED_BEFORE).total_seconds()
    if left > 0:
        values = {
            "token": session.token,
            "key": base64.b64encode(session.key).decode(),
            "ends_at": session.ends_at.isoformat(),
        }
        cache.set(_cache_key(keys, gstin), seal_for_us(values), int(left))
    return session


def forget_session(keys: Mapping[str, Any], gstin: str) -> None:
    cache.delete(_cache_key(keys, gstin))


def login_headers(keys: Mapping[str, Any], gstin: str) -> dict[str, str]:
    return {
        **names.headers_of(keys),
        "client_id": keys[names.CLIENT_ID],
        "client_secret": keys[names.CLIENT_SECRET],
        "Gstin": gstin,
    }


def _log_in(keys: Mapping[str, Any], gstin: str, *, is_forced: bool = False) -> Session:
    app_key = new_app_key()
    login = {
        "UserName": keys[names.USER],
        "Password": keys[names.PASSWORD],
        "AppKey": base64.b64encode(app_key).decode(),
        "ForceRefreshAccessToken": is_forced,
    }
    try:
        sealed = seal_login(login, read_keys_of(keys[names.PUBLIC_KEY])[0])
    except ValueError:  # longer than the key can encrypt
        raise KeysRefused(gettext("The user name and the password are too long.")) from None
    answer = request(
        "POST",
        keys[names.URL] + settings.IRP_AUTH_PATH,
        headers=login_headers(keys, gstin),
        body={"Data": sealed},
    )
    if not answer.is_good:
        said = " ".join(fault.sentence for fault in answer.faults) or str(answer.http_status)
        raise KeysRefused(
            gettext("The portal refuses the login: %(reason)s") % {"reason": said[:300]}
        )
    return _read_session(answer, app_key)


def _read_session(answer: Answer, app_key: bytes) -> Session:
    data = answer.plain_data()
    try:
        ends_at = read_moment(data["tokenexpiry"])
        return Session(str(data["authtoken"]), unseal(str(data["sek"]), app_key), ends_at)
    except (KeyError, Unreadable, ValueError):
        raise PortalUnavailable(gettext("The portal's login can't be read.")) from None


def _read(key: str) -> Session | None:
    sealed = cache.get(key)
    if not sealed:
        return None
    try:
        values = unseal_by_us(sealed)
    except CredentialsUnreadable:
        return None
    ends_at = datetime.fromisoformat(values["ends_at"])
    if ends_at <= now():
        return None
    return Session(values["token"], base64.b64decode(values["key"]), ends_at)


def _cache_key(keys: Mapping[str, Any], gstin: str) -> str:
    """Other keys are another session. The key tells nothing of them."""
    account = "\n".join(
        [gstin, *(str(keys[name]) for name in (names.URL, names.CLIENT_ID, names.USER))]
    )
    secret = f"{keys[names.CLIENT_SECRET]}\n{keys[names.PASSWORD]}".encode()
    return f"irp-session:{hmac.new(secret, account.encode(), hashlib.sha256).hexdigest()}"
