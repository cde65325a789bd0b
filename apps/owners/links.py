"""Links in the mails of the entrance. Signed, and stored nowhere.

A link for a new account carries its e-mail address. It works until the account is made or its time is over; that it was used
is remembered for that time in the cache, which an account that was closed needs. A link for a new password is Django's: it ends with the next login or change of the password.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.accounts.models import User
from apps.accounts.tokens import TokenGenerator
from apps.common.clock import now
from apps.platform.selectors import platform_url

_SIGNER: Final = Signer(salt="owners.new_account")


@dataclass(frozen=True)
class NewAccount:
    """The content of a valid link for a new account."""

    email: str
    token: str = field(repr=False)


def new_account_url(email: str) -> str:
    content = {"email": email, "at": int(now().timestamp()), "only": secrets.token_hex(8)}
    token = _SIGNER.sign_object(content, compress=False)  # no two links are the same one
    return _url("owners:new_account", token)


def password_url(user: User) -> str:
    key = urlsafe_base64_encode(force_bytes(str(user.pk)))
    return _url("owners:new_password", key, TokenGenerator().make_token(user))


def read_new_account(token: str) -> NewAccount | None:
    """None for a link that was changed, or is older than `SIGNUP_LINK_HOURS`."""
    try:
        content = _SIGNER.unsign_object(token)
        age = now().timestamp() - int(content["at"])
        email = str(content["email"])
    except (BadSignature, ValueError, TypeError, KeyError):
        return None
    is_fresh = -60 <= age <= settings.SIGNUP_LINK_HOURS * 3600
    if not is_fresh or cache.get(_used(token)):
        return None
    return NewAccount(email, token)


def use_up(link: NewAccount) -> None:
    """It makes no second account."""
    cache.set(_used(link.token), True, settings.SIGNUP_LINK_HOURS * 3600 + 60)


def _used(token: str) -> str:
    return f"signup-link-used:{sha256(token.encode()).hexdigest()}"


def _url(name: str, *parts: str) -> str:
    return platform_url(reverse(name, args=parts, urlconf=settings.ROOT_URLCONF))
