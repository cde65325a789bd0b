"""Logging in and out by the API."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from rest_framework.exceptions import AuthenticationFailed, Throttled, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.accounts.api.serializers import (
    CredentialsInput,
    RefreshInput,
    RegistrationInput,
    SessionSerializer,
    TokenSerializer,
    UserSerializer,
)
from apps.accounts.api.tokens import TokenPair, here, issue_tokens, revoke_token, rotate_tokens
from apps.accounts.errors import InvalidPerson
from apps.accounts.models import User
from apps.accounts.registering import register
from apps.accounts.signing_in import note_login
from apps.common.api.schemas import documented
from apps.common.api.throttles import WindowThrottle

TAG = "auth"
COOKIE_PATH = "/api/v1/auth/"


class LoginThrottle(WindowThrottle):
    scope = "login"


class RegisterThrottle(WindowThrottle):
    scope = "register"


class RefreshThrottle(WindowThrottle):
    scope = "refresh"


class SessionView(ActorView):
    """The caller is not logged in yet; a refusal is still a 401."""

    authentication_classes = ()

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class RegisterView(SessionView):
    throttle_classes: ClassVar[list[type[WindowThrottle]]] = [RegisterThrottle]  # type: ignore[misc]

    @documented(
        "Register as a customer",
        operation="auth_register",
        tag=TAG,
        body=RegistrationInput,
        answers={201: SessionSerializer},
        errors=(409,),
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(RegistrationInput)
        in_cookie = values.pop("refresh_cookie")
        _check_password(values)
        user = register(**values)
        return _session(user, in_cookie=in_cookie, status=201)


class LoginView(SessionView):
    throttle_classes: ClassVar[list[type[WindowThrottle]]] = [LoginThrottle]  # type: ignore[misc]

    @documented(
        "Log in with e-mail address and password",
        operation="auth_login",
        tag=TAG,
        body=CredentialsInput,
        answers={200: SessionSerializer},
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(CredentialsInput)
        user = _authenticate(request, values["email"], values["password"])
        note_login(user)
        return _session(user, in_cookie=values["refresh_cookie"])


class RefreshView(SessionView):
    throttle_classes: ClassVar[list[type[WindowThrottle]]] = [RefreshThrottle]  # type: ignore[misc]

    @documented(
        "Exchange a refresh token for a new pair",
        operation="auth_refresh",
        tag=TAG,
        body=RefreshInput,
        answers={200: TokenSerializer},
        description=(
            "A refresh token is good once: keep the new one. Asked again within ten seconds, as two tabs do, the same "
            "new pair is answered. Without `refresh` in the body the cookie is read and renewed."
        ),
    )
    def post(self, request: Request) -> Response:
        given = self.read_body(RefreshInput).get("refresh")
        pair = rotate_tokens(given or _from_cookie(request))
        return _tokens(pair, in_cookie=given is None)


class LogoutView(SessionView):
    throttle_classes: ClassVar[list[type[WindowThrottle]]] = [RefreshThrottle]  # type: ignore[misc]

    @documented(
        "End a refresh token",
        operation="auth_logout",
        tag=TAG,
        body=RefreshInput,
        answers={204: None},
    )
    def post(self, request: Request) -> Response:
        given = self.read_body(RefreshInput).get("refresh")
        revoke_token(given or _from_cookie(request))
        response = Response(status=204)
        response.delete_cookie(_cookie_name(), path=COOKIE_PATH, samesite="Strict")
        return response


def _authenticate(request: Request, email: str, password: str) -> User:
    """By allauth, so that failures at the login page and here fill one and the same limit."""
    try:
        user = get_adapter(request._request).authenticate(
            request._request, email=email, password=password
        )
    except ValidationError as error:
        raise Throttled(wait=300) from error
    if user is None or not user.is_active:
        raise AuthenticationFailed(gettext("E-mail address or password is wrong."))
    return user


def _check_password(values: dict[str, Any]) -> None:
    person = User(email=values["email"], first_name=values["first_name"])
    try:
        validate_password(values["password"], user=person)
    except ValidationError as error:
        raise InvalidPerson(fields={"password": list(error.messages)}) from error


def _session(user: User, *, in_cookie: bool, status: int = 200) -> Response:
    response = _tokens(issue_tokens(user), in_cookie=in_cookie)
    response.data["user"] = UserSerializer(user).data
    response.status_code = status
    return response


def _tokens(pair: TokenPair, *, in_cookie: bool) -> Response:
    response = Response(
        {
            "access": pair.access,
            "refresh": None if in_cookie else pair.refresh,
            "expires_in": pair.expires_in,
        }
    )
    if in_cookie:
        response.set_cookie(
            _cookie_name(),
            pair.refresh,
            max_age=pair.refresh_expires_in,
            path=COOKIE_PATH,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )
    return response


def _from_cookie(request: Request) -> str:
    """The cookie counts only in a request that declares JSON: other sites' forms can't send one."""
    token = request.COOKIES.get(_cookie_name())
    if not token:
        raise AuthenticationFailed(gettext("There is no refresh token in the body or in a cookie."))
    if (request.content_type or "").partition(";")[0].strip() != "application/json":
        raise UnsupportedMediaType(request.content_type or "")
    return token


def _cookie_name() -> str:
    return "platform_refresh" if here() == "platform" else "store_refresh"
