"""JSON web tokens that are worth nothing outside the home they were made in.

One `JWT_SECRET` signs the tokens of all stores, so the store stands in the claim `store` (`platform` on the
platform's host) and every token checks it in `verify`, whoever reads it: authentication, refresh, logout.
"""

from dataclasses import dataclass
from typing import Any

from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken as PlainAccessToken
from rest_framework_simplejwt.tokens import BlacklistMixin
from rest_framework_simplejwt.tokens import RefreshToken as PlainRefreshToken
from rest_framework_simplejwt.utils import datetime_from_epoch, get_md5_hash_password

from apps.accounts.models import User
from apps.platform.tenancy.context import current_store_or_none

CLAIM = "store"
PLATFORM = "platform"


def here() -> str:
    """What tokens of the active home carry."""
    store = current_store_or_none()
    return PLATFORM if store is None else str(store.id)


def _refuse_elsewhere(payload: dict[str, Any]) -> None:
    if payload.get(CLAIM) != here():
        raise TokenError("Token is invalid")


class AccessToken(PlainAccessToken):
    """Short-lived, not stored anywhere."""

    def verify(self) -> None:
        _refuse_elsewhere(self.payload)
        super().verify()


class RefreshToken(PlainRefreshToken):
    """Good for one refresh. Its id is kept in the home's database, the token itself is not."""

    access_token_class = AccessToken

    def verify(self, *args: Any, **kwargs: Any) -> None:
        _refuse_elsewhere(self.payload)
        super().verify(*args, **kwargs)

    @classmethod
    def for_user(cls, user: Any) -> "RefreshToken":
        token: RefreshToken = super(BlacklistMixin, cls).for_user(user)  # type: ignore[misc]
        token[CLAIM] = here()
        OutstandingToken.objects.create(
            user=user,
            jti=token[api_settings.JTI_CLAIM],
            token="",
            created_at=token.current_time,
            expires_at=datetime_from_epoch(token["exp"]),
        )
        return token


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str
    expires_in: int
    refresh_expires_in: int


def issue_tokens(user: User) -> TokenPair:
    """A fresh pair for somebody who has just proved who they are."""
    refresh = RefreshToken.for_user(user)
    return TokenPair(
        access=str(refresh.access_token),
        refresh=str(refresh),
        expires_in=int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        refresh_expires_in=int(api_settings.REFRESH_TOKEN_LIFETIME.total_seconds()),
    )


def rotate_tokens(raw: str) -> TokenPair:
    """Exchange a refresh token for a new pair. Of several callers with the same token one succeeds."""
    token = _read(raw)
    user = User.objects.filter(pk=token[api_settings.USER_ID_CLAIM]).first()
    if user is None or not user.is_active:
        raise AuthenticationFailed("This account can't be used.", code="user_inactive")
    if token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
        raise AuthenticationFailed("The password has been changed.", code="password_changed")
    if not _use_up(token):
        raise InvalidToken("Token is blacklisted")
    return issue_tokens(user)


def revoke_token(raw: str) -> None:
    """End a refresh token. One that is already ended, expired or not ours is refused."""
    _use_up(_read(raw))


def _read(raw: str) -> RefreshToken:
    try:
        return RefreshToken(raw)  # type: ignore[arg-type]
    except TokenError as error:
        raise InvalidToken(str(error)) from error


def _use_up(token: RefreshToken) -> bool:
    """Blacklist it; False when somebody else did so first (the unique row decides)."""
    answer: Any = token.blacklist()
    return bool(answer[1])
