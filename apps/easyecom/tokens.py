"""The token of the account: good for about three months, kept sealed beside the credentials, renewed a week before it ends.

One worker at a time logs in, by a lease in the store's database; the others wait for what it gets.
"""

import hashlib
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.json_http import Answer
from apps.easyecom.errors import LoginRefused
from apps.easyecom.jobs import leased
from apps.easyecom.limiting import take_turn
from apps.easyecom.options import Options
from apps.easyecom.states import Job
from apps.integrations.errors import SystemUnavailable
from apps.integrations.http import send
from apps.integrations.selectors import get_config
from apps.integrations.services import remember

KIND: Final = "easyecom"
RENEWED_BEFORE: Final = timedelta(days=7)
_LIFE_UNLESS_SAID: Final = 3600
_LEASE: Final = timedelta(seconds=40)
_PATIENCE: Final = 30.0
_STEP: Final = 0.2


def get_token(options: Options, config: Mapping[str, Any], *, refused: str = "") -> str:
    """The kept token, or a new one. `refused`: EasyEcom does not take this one any more.

    Raises `LoginRefused`, and `SystemUnavailable` where EasyEcom does not answer and there is no good token.
    """
    kept = _read(options, config)
    if kept is not None and kept[0] != refused:
        token, ends_at = kept
        return token if ends_at - now() > RENEWED_BEFORE else _renew_early(options, token)
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        renewed = _log_in_alone(options, refused)
        if renewed is not None:
            return renewed
        time.sleep(_STEP)
    raise SystemUnavailable()


def log_in(options: Options) -> Answer:
    """The call itself. Raises `SystemUnavailable`."""
    body = {name: getattr(options, name) for name in ("email", "password", "location_key")}
    url = f"{settings.EASYECOM_API_URL}/access/token"
    return send("POST", url, headers={"x-api-key": options.api_key}, body=body)


def _renew_early(options: Options, token: str) -> str:
    """The old one is good for some days more, whatever comes of it."""
    try:
        return _log_in_alone(options, token) or token
    except SystemUnavailable:
        return token


def _log_in_alone(options: Options, worn: str) -> str | None:
    """None while another worker logs in. What it got is taken, and no second login made."""
    with leased(Job.LOGIN, for_so_long=_LEASE) as row:
        if row is None:
            return None
        kept = _read(options, get_config(KIND))
        if kept is not None and kept[0] != worn:
            return kept[0]
        take_turn(options)
        answer = log_in(options)
        token = answer.get("data", "token", "jwt_token")
        if not token:
            reason = str(answer.get("message") or answer.status)[:200]
            raise LoginRefused(
                gettext("EasyEcom refuses the login: %(reason)s") % {"reason": reason}
            )
        seconds = int(answer.get("data", "token", "expires_in") or _LIFE_UNLESS_SAID)
        ends_at = now() + timedelta(seconds=seconds)
        values = {
            "token": str(token),
            "token_ends_at": ends_at.isoformat(),
            "token_of": _account(options),
        }
        remember(kind=KIND, values=values)
        return str(token)


def _read(options: Options, config: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The kept token and its end, unless it has ended or is of other credentials."""
    if not config.get("token") or config.get("token_of") != _account(options):
        return None
    ends_at = datetime.fromisoformat(config["token_ends_at"])
    return (config["token"], ends_at) if ends_at > now() else None


def _account(options: Options) -> str:
    """Other credentials have another token."""
    text = "\n".join((options.email, options.password, options.api_key, options.location_key))
    return hashlib.sha256(text.encode()).hexdigest()
