"""JSON web tokens that are valid only in the store, or on the platform, that issued them.

One `JWT_SECRET` signs the tokens of all stores, so the store is in the claim `store` (`platform` on the
platform's host) and every token checks it in `verify`, for authentication, refresh and logout alike.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken as PlainAccessToken
from rest_framework_simplejwt.tokens import BlacklistMixin
from rest_framework_simplejwt.tokens import RefreshToken as PlainRefreshToken
from rest_framework_simplejwt.utils import datetime_from_epoch, get_md5_hash_password

from apps.accounts.api import grace
from apps.accounts.models import User
from apps.tenancy.context import current_store_or_none

CLAIM = "store"
PLATFORM = "platform"


def here() -> str:
    """The claims of tokens of the active home."""
    store = current_store_or_none()
    return PLATFORM if store is None else str(store.id)


def _refuse_elsewhere(payload: dict[str, Any]) -> None:
    if payload.get(CLAIM) != here():
        raise TokenError(gettext("Token is invalid"))


class AccessToken(PlainAccessToken):
    """Short-lived, not stored anywhere."""

    def verify(self) -> None:
        _refuse_elsewhere(self.payload)
        super().verify()


class RefreshToken(PlainRefreshToken):
    """Good for one refresh, with some seconds of grace. Its id is kept in the home's database, the token itself is not."""

    access_token_class = AccessToken

    def verify(self, *args: Any, **kwargs: Any) -> None:
        _refuse_elsewhere(self.payload)
        super().verify(*args, **kwargs)

    @classmethod
    def for_user(cls, user: Any) -> "RefreshToken":
        token = cls.unlisted(user)
        token.put_on_list(user)
        return token

    @classmethod
    def unlisted(cls, user: Any) -> "RefreshToken":
        token: RefreshToken = super(BlacklistMixin, cls).for_user(user)  # type: ignore[misc]
        token[CLAIM] = here()
        return token

    def put_on_list(self, user: Any) -> None:
        OutstandingToken.objects.create(
            user=user,
            jti=self[api_settings.JTI_CLAIM],
            token="",
            created_at=self.current_time,
            expires_at=datetime_from_epoch(self["exp"]),
        )


class PresentedToken(RefreshToken):
    """Ours, of this home, not expired. Whether it was used before is another question."""

    def check_blacklist(self) -> None:
        return


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str
    expires_in: int
    refresh_expires_in: int


def issue_tokens(user: User) -> TokenPair:
    """A fresh pair for a user who has just authenticated."""
    refresh = RefreshToken.for_user(user)
    return _pair(refresh, refresh.access_token)


def rotate_tokens(raw: str) -> TokenPair:
    """Exchange a refresh token for a new pair.

    A repeated request with the same token within `GRACE_SECONDS` gets the same pair: two tabs of one browser ask at once,
    and an answer can get lost. After that a used token is refused.
    """
    token = _read(raw)
    user = User.objects.filter(pk=token[api_settings.USER_ID_CLAIM]).first()
    if user is None or not user.is_active:
        raise AuthenticationFailed(gettext("This account can't be used."), code="user_inactive")
    if token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
        raise AuthenticationFailed(
            gettext("The password has been changed."), code="password_changed"
        )
    successor = _latest(token) or _rotate(token, user)
    if _is_ended(successor.refresh):
        raise InvalidToken(gettext("Token is blacklisted"))
    return _pair(_signed(RefreshToken, successor.refresh), _signed(AccessToken, successor.access))


def revoke_token(raw: str) -> None:
    """End a refresh token. One that is already ended, expired or not ours is refused; of one that was exchanged a moment
    ago, the one that came of it is ended."""
    token = _read(raw)
    if _use_up(token):
        return
    successor = _latest(token)
    if successor is None or not _use_up(_signed(RefreshToken, successor.refresh)):
        raise InvalidToken(gettext("Token is blacklisted"))


def _latest(token: RefreshToken) -> grace.Successor | None:
    """The successor of the token in the last seconds, and its successors in turn."""
    successor = found = grace.find(token)
    while found is not None and (found := grace.find(_signed(RefreshToken, found.refresh))):
        successor = found
    return successor


def _rotate(token: RefreshToken, user: User) -> grace.Successor:
    """Of several concurrent requests one creates the pair before any write; all return it."""
    if _is_ended(token.payload):
        if successor := _latest(token):  # another request has exchanged it since we looked
            return successor
        raise InvalidToken(gettext("Token is blacklisted"))
    fresh = RefreshToken.unlisted(user)
    mine = grace.Successor(refresh=fresh.payload, access=fresh.access_token.payload)
    successor = grace.agree(token, mine)
    if successor is not mine:
        return successor
    try:
        if not _use_up(token):
            raise InvalidToken(gettext("Token is blacklisted"))
        fresh.put_on_list(user)
    except BaseException:
        grace.forget(token)
        raise
    return mine


def _read(raw: str) -> PresentedToken:
    try:
        return PresentedToken(raw)  # type: ignore[arg-type]
    except TokenError as error:
        raise InvalidToken(str(error)) from error


def _signed(kind: type[Any], payload: dict[str, Any]) -> Any:
    """The token with exactly these claims: the same ones make the same token."""
    token = kind()
    token.payload = dict(payload)
    return token


def _pair(refresh: Any, access: Any) -> TokenPair:
    return TokenPair(
        access=str(access),
        refresh=str(refresh),
        expires_in=int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        refresh_expires_in=int(api_settings.REFRESH_TOKEN_LIFETIME.total_seconds()),
    )


def _is_ended(payload: dict[str, Any]) -> bool:
    return BlacklistedToken.objects.filter(token__jti=payload[api_settings.JTI_CLAIM]).exists()


def _use_up(token: RefreshToken) -> bool:
    """Blacklist the token; False when a concurrent request did so first (the unique row decides)."""
    answer: Any = token.blacklist()
    return bool(answer[1])
