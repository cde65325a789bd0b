"""The actor of a request is its `user`, read on first use."""

from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, empty

from apps.accounts.models import User
from apps.accounts.selectors import actor_for
from apps.accounts.visiting.middleware import recognize
from apps.common.actor import Actor, ActorKind
from apps.common.api.throttles import client_address
from apps.common.origin import Door, Origin, use_origin
from apps.tenancy.context import use_actor


class ActingMiddleware(AuthenticationMiddleware):
    """Django's, and the request's actor follows `request.user`: set by a session, a token, a login or a logout.

    A page that never reads the user reads no session and runs as an anonymous visitor, who sees no person's rows.
    """

    def __call__(self, request: HttpRequest) -> Any:
        with use_actor(partial(_actor_of, request)), use_origin(partial(_origin_of, request)):
            return super().__call__(request)

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        user: Any = SimpleLazyObject(partial(_load_user, request))
        request.user = user


def _actor_of(request: HttpRequest) -> Actor:
    """The person, if already loaded. Never loads it, because it is called at every statement."""
    user: Any = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject) and user.__dict__["_wrapped"] is empty:
        return Actor.guest()
    return actor_for(request)


def _origin_of(request: HttpRequest) -> Origin:
    first = request.path_info.split("/", 2)[1]
    door = {"admin": Door.ADMIN, "api": Door.API}.get(first, Door.PAGE)
    return Origin(door, client_address(request))


def _load_user(request: HttpRequest) -> Any:
    """The user's row is read as the person the session names: once it is confirmed, the scope is right already.

    A visit from the platform has no user: who comes by it works in the admin alone.
    """
    visiting = recognize(request)
    if visiting is not None:
        return visiting
    try:
        claimed = User._meta.pk.to_python(request.session[SESSION_KEY])
    except (KeyError, ValidationError):
        return get_user(request)
    with use_actor(Actor(ActorKind.CUSTOMER, claimed, "")):
        return get_user(request)
