"""Tokens: bound to their store, short-lived, good once, ended by logout, password and suspension."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core.cache import cache
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.accounts.api.tokens import AccessToken, issue_tokens
from apps.tenancy.context import outside_store, use_store
from tests.api.shop import PASSWORD, V1, Api, log_in, make_user


def session(store: Any, user: Any, **values: Any) -> Any:
    return Api(store).post("auth/login", {"email": user.email, "password": PASSWORD, **values})


def test_registering_gives_a_session(store: Any) -> None:
    body = {"email": "New@Example.com", "password": "a long enough phrase", "first_name": "New"}
    answer = Api(store).post("auth/register", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["user"]["email"] == "new@example.com"
    assert answer.json()["user"]["role"] == "customer"
    me = Api(store).get("users/profile", authorization=f"Bearer {answer.json()['access']}")
    assert me.json()["first_name"] == "New"


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"email": "a@example.com"}, 400, {"password"}),
        ({"email": "nonsense", "password": "a long enough phrase"}, 400, {"email"}),
        ({"email": "a@example.com", "password": "short"}, 400, {"password"}),
        ({"email": "a@example.com", "password": "1234567890123"}, 400, {"password"}),
        ({"email": "a@example.com", "password": "x" * 300}, 400, {"password"}),
        ({"email": "a@example.com", "password": "y" * 20, "is_staff": True}, 400, {"is_staff"}),
        ({"email": "a@example.com", "password": "y" * 20, "role": "owner"}, 400, {"role"}),
    ],
)
def test_registering_is_strict(
    store: Any, body: dict[str, Any], status: int, fields: set[str]
) -> None:
    answer = Api(store).post("auth/register", body)
    assert answer.status_code == status
    assert set(answer.json()["error"]["fields"]) == fields


def test_an_address_registers_once_per_store(store: Any, other_store: Any) -> None:
    make_user(store, email="one@example.com")
    body = {"email": "ONE@example.com", "password": "a long enough phrase"}
    assert Api(store).post("auth/register", body).status_code == 409
    assert Api(other_store).post("auth/register", body).status_code == 201


def test_nobody_registers_on_the_platform(db: None) -> None:
    body = {"email": "one@example.com", "password": "a long enough phrase"}
    assert Api(None).post("auth/register", body).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"email": "nobody@example.com"}], ids=["password", "e-mail"]
)
def test_a_failed_login_does_not_say_what_was_wrong(store: Any, changes: dict[str, str]) -> None:
    user = make_user(store)
    answer = Api(store).post("auth/login", {"email": user.email, "password": PASSWORD, **changes})
    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == "E-mail address or password is wrong."


def test_an_access_token_is_worth_nothing_elsewhere(store: Any, other_store: Any) -> None:
    api = log_in(store, make_user(store))
    assert api.get("users/profile").status_code == 200
    for place in (other_store, None):
        stranger = Api(place, authorization=api.headers["authorization"])
        path = "auth/refresh-token" if place is None else "users/profile"
        answer = stranger("POST" if place is None else "GET", path, {} if place is None else None)
        assert answer.status_code == 401, place


def test_the_same_person_in_two_stores_is_two_people(store: Any, other_store: Any) -> None:
    """Even a token over the same user id, made at the other store, is refused."""
    user = make_user(store)
    with use_store(other_store):
        twin = make_user(other_store, email=user.email)
        forged = AccessToken()
        forged["sub"] = str(user.pk)
    assert twin.pk != user.pk
    answer = Api(store).get("users/profile", authorization=f"Bearer {forged}")
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["auth/refresh-token", "auth/logout"])
def test_a_refresh_token_is_worth_nothing_elsewhere(
    store: Any, other_store: Any, path: str
) -> None:
    refresh = session(store, make_user(store)).json()["refresh"]
    used = session(store, make_user(store)).json()["refresh"]
    assert Api(store).post("auth/refresh-token", {"refresh": used}).status_code == 200
    for place in (other_store, None):
        assert Api(place).post(path, {"refresh": used}).status_code == 401
        answer = Api(place).post(path, {"refresh": refresh})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "token_not_valid"
    with use_store(other_store):
        assert not OutstandingToken.objects.exists()
        assert not BlacklistedToken.objects.exists()
    assert Api(store).post("auth/refresh-token", {"refresh": refresh}).status_code == 200


def test_a_platform_token_is_worth_nothing_in_a_store(store: Any) -> None:
    with outside_store():
        from apps.accounts.models import User

        admin = User.objects.create_superuser("root@example.com", PASSWORD)
    tokens = session(None, admin)
    assert tokens.status_code == 200, tokens.content
    access, refresh = tokens.json()["access"], tokens.json()["refresh"]
    assert Api(store).get("users/profile", authorization=f"Bearer {access}").status_code == 401
    assert Api(store).post("auth/refresh-token", {"refresh": refresh}).status_code == 401
    assert Api(None).post("auth/refresh-token", {"refresh": refresh}).status_code == 200


def seconds_later(store: Any) -> None:
    """Past the grace: the cache has forgotten."""
    with use_store(store):
        cache.clear()


def test_a_refresh_token_is_good_once(store: Any) -> None:
    first = session(store, make_user(store)).json()["refresh"]
    second = Api(store).post("auth/refresh-token", {"refresh": first})
    assert second.status_code == 200
    assert second.json()["refresh"] != first
    seconds_later(store)
    assert Api(store).post("auth/refresh-token", {"refresh": first}).status_code == 401
    again = Api(store).post("auth/refresh-token", {"refresh": second.json()["refresh"]})
    assert again.status_code == 200
    me = Api(store).get("users/profile", authorization=f"Bearer {again.json()['access']}")
    assert me.status_code == 200


def test_the_database_holds_no_token(store: Any) -> None:
    refresh = session(store, make_user(store)).json()["refresh"]
    Api(store).post("auth/refresh-token", {"refresh": refresh})
    with use_store(store):
        assert set(OutstandingToken.objects.values_list("token", flat=True)) == {""}


def test_logout_ends_the_refresh_token(store: Any) -> None:
    refresh = session(store, make_user(store)).json()["refresh"]
    assert Api(store).post("auth/logout", {"refresh": refresh}).status_code == 204
    assert Api(store).post("auth/refresh-token", {"refresh": refresh}).status_code == 401
    assert Api(store).post("auth/logout", {"refresh": refresh}).status_code == 401


def test_a_suspended_user_is_out_at_once(store: Any) -> None:
    user = make_user(store)
    api = log_in(store, user)
    refresh = session(store, user).json()["refresh"]
    with use_store(store):
        user.is_active = False
        user.save(update_fields=["is_active"])
    assert api.get("users/profile").status_code == 401
    assert Api(store).post("auth/refresh-token", {"refresh": refresh}).status_code == 401
    assert session(store, user).status_code == 401


def test_a_new_password_ends_every_token(store: Any) -> None:
    user = make_user(store)
    api = log_in(store, user)
    refresh = session(store, user).json()["refresh"]
    with use_store(store):
        user.set_password("quite another phrase")
        user.save(update_fields=["password"])
    assert api.get("users/profile").status_code == 401
    assert Api(store).post("auth/refresh-token", {"refresh": refresh}).status_code == 401


def test_an_expired_token_is_refused(store: Any) -> None:
    user = make_user(store)
    with use_store(store):
        token = AccessToken.for_user(user)
        token["store"] = str(store.pk)
        token.set_exp(lifetime=-timedelta(seconds=1))
    answer = Api(store).get("users/profile", authorization=f"Bearer {token}")
    assert answer.status_code == 401


@pytest.mark.parametrize("claim", [{}, {"store": ""}, {"store": None}, {"store": "platform"}])
def test_a_token_without_this_store_is_refused(store: Any, claim: dict[str, Any]) -> None:
    user = make_user(store)
    with use_store(store):
        payload = {**AccessToken(issue_tokens(user).access).payload}  # type: ignore[arg-type]
    payload.pop("store")
    forged = jwt.encode({**payload, **claim}, settings.SIMPLE_JWT["SIGNING_KEY"], "HS256")
    answer = Api(store).get("users/profile", authorization=f"Bearer {forged}")
    assert answer.status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_signed_by_others_is_refused(store: Any, algorithm: str) -> None:
    user = make_user(store)
    with use_store(store):
        payload = AccessToken(issue_tokens(user).access).payload  # type: ignore[arg-type]
    key = "" if algorithm == "none" else settings.SECRET_KEY
    forged = jwt.encode(payload, key, algorithm)
    answer = Api(store).get("users/profile", authorization=f"Bearer {forged}")
    assert answer.status_code == 401


def test_a_refresh_token_is_no_access_token(store: Any) -> None:
    tokens = session(store, make_user(store)).json()
    answer = Api(store).get("users/profile", authorization=f"Bearer {tokens['refresh']}")
    assert answer.status_code == 401
    answer = Api(store).post("auth/refresh-token", {"refresh": tokens["access"]})
    assert answer.status_code == 401


def test_the_refresh_token_can_stay_in_a_cookie(store: Any) -> None:
    user = make_user(store)
    api = Api(store)
    answer = api.post(
        "auth/login", {"email": user.email, "password": PASSWORD, "refresh_cookie": True}
    )
    cookie = answer.cookies["store_refresh"]
    assert answer.json()["refresh"] is None
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == f"{V1}/auth/"
    first = cookie.value
    renewed = api.post("auth/refresh-token")
    assert renewed.status_code == 200
    assert renewed.json()["refresh"] is None
    assert renewed.cookies["store_refresh"].value != first
    form = api.client.post(f"{V1}/auth/refresh-token", headers=api.headers)
    assert form.status_code == 415, "another site's form must not use the cookie"
    assert api.post("auth/logout").status_code == 204
    assert api.post("auth/refresh-token").status_code == 401


def test_a_cookie_of_one_store_is_worth_nothing_at_another(store: Any, other_store: Any) -> None:
    user = make_user(store)
    api = Api(store)
    api.post("auth/login", {"email": user.email, "password": PASSWORD, "refresh_cookie": True})
    stranger = Api(other_store)
    stranger.client.cookies = api.client.cookies
    assert stranger.post("auth/refresh-token").status_code == 401


def test_guessing_a_password_is_stopped(store: Any, other_store: Any) -> None:
    user = make_user(store)
    twin = make_user(other_store, email=user.email)
    wrong = {"email": user.email, "password": "wrong"}
    answers = [Api(store).post("auth/login", wrong).status_code for _ in range(7)]
    assert answers[:5] == [401] * 5
    assert answers[-1] == 429
    locked = session(store, user)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert session(other_store, twin).status_code == 200, "the other store is not touched"
