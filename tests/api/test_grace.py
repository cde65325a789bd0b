"""Two tabs of one browser exchange the same refresh token: both stay logged in, with the same pair."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisDown
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.accounts.api import grace
from apps.accounts.api.tokens import RefreshToken
from apps.tenancy.context import use_store
from tests.api.shop import PASSWORD, Api, make_user
from tests.support.threads import run_at_once


@pytest.fixture
def refresh(store: Any) -> str:
    return begin(store, make_user(store))


def begin(store: Any, user: Any) -> str:
    answer = Api(store).post("auth/login", {"email": user.email, "password": PASSWORD})
    return str(answer.json()["refresh"])


def exchange(store: Any, token: str) -> Any:
    return Api(store).post("auth/refresh-token", {"refresh": token})


def test_the_slower_tab_gets_the_same_pair(store: Any, refresh: str) -> None:
    first, second = exchange(store, refresh), exchange(store, refresh)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    with use_store(store):
        assert OutstandingToken.objects.count() == 2
        assert BlacklistedToken.objects.count() == 1
    assert exchange(store, second.json()["refresh"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_pair(throwaway_store: Any) -> None:
    token = begin(throwaway_store, make_user(throwaway_store))
    answers = run_at_once(throwaway_store, [lambda: exchange(throwaway_store, token)] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh"] for answer in answers}) == 1
    assert len({answer.json()["access"] for answer in answers}) == 1
    with use_store(throwaway_store):
        assert OutstandingToken.objects.count() == 2


def test_a_tab_that_looked_just_before_the_other_was_done_gets_the_same_pair(
    store: Any, refresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = exchange(store, refresh)
    looks: list[RefreshToken] = []
    find = grace.find

    def too_early(token: RefreshToken) -> grace.Successor | None:
        looks.append(token)
        return None if len(looks) == 1 else find(token)

    monkeypatch.setattr(grace, "find", too_early)
    assert exchange(store, refresh).json() == first.json()


def test_the_grace_has_an_end(store: Any, refresh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    add: Callable[..., bool] = cache.add

    def noted(key: str, value: Any, timeout: int, **more: Any) -> bool:
        waits.append(timeout)
        return add(key, value, timeout=timeout, **more)

    monkeypatch.setattr(cache, "add", noted)
    exchange(store, refresh)
    assert grace.GRACE_SECONDS in waits
    assert grace.GRACE_SECONDS <= 30
    with use_store(store):
        cache.clear()
    assert exchange(store, refresh).status_code == 401


def test_a_tab_that_is_two_exchanges_behind_gets_the_latest(store: Any, refresh: str) -> None:
    second = exchange(store, refresh).json()["refresh"]
    third = exchange(store, second).json()
    assert exchange(store, refresh).json() == third


def test_logging_out_ends_what_came_of_the_token(store: Any, refresh: str) -> None:
    second = exchange(store, refresh).json()["refresh"]
    assert Api(store).post("auth/logout", {"refresh": refresh}).status_code == 204
    assert exchange(store, refresh).status_code == 401
    assert exchange(store, second).status_code == 401


def test_a_suspended_person_has_no_grace(store: Any) -> None:
    user = make_user(store)
    token = begin(store, user)
    exchange(store, token)
    with use_store(store):
        user.is_active = False
        user.save(update_fields=["is_active"])
    assert exchange(store, token).status_code == 401


def test_a_new_password_ends_the_grace(store: Any) -> None:
    user = make_user(store)
    token = begin(store, user)
    exchange(store, token)
    with use_store(store):
        user.set_password("quite another phrase")
        user.save(update_fields=["password"])
    assert exchange(store, token).status_code == 401


def test_what_is_kept_is_no_token(store: Any, refresh: str) -> None:
    pair = exchange(store, refresh).json()
    with use_store(store):
        kept = cache.get(grace._key(RefreshToken(pair["refresh"])))  # type: ignore[arg-type]
        assert kept is None
        old = jwt.decode(refresh, settings.SIMPLE_JWT["SIGNING_KEY"], ["HS256"])
        kept = cache.get(f"refreshed:{old['jti']}")
    assert pair["refresh"] not in str(kept)
    assert pair["refresh"].rpartition(".")[2] not in str(kept)


def test_a_forged_or_expired_token_has_no_grace(store: Any, refresh: str) -> None:
    exchange(store, refresh)
    claims = jwt.decode(refresh, settings.SIMPLE_JWT["SIGNING_KEY"], ["HS256"])
    forged = jwt.encode(claims, "another key that is long enough for it", "HS256")
    unsigned = jwt.encode(claims, "", "none")
    expired = jwt.encode(
        {**claims, "exp": int(datetime.now(UTC).timestamp()) - 1},
        settings.SIMPLE_JWT["SIGNING_KEY"],
        "HS256",
    )
    for token in (forged, unsigned, expired):
        assert exchange(store, token).status_code == 401


def test_without_a_cache_a_token_is_good_once(
    store: Any, refresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise RedisDown

    for name in ("find", "agree", "forget"):
        real = getattr(grace, name)
        monkeypatch.setattr(grace, name, _with_cache_down(real, down, monkeypatch))
    assert exchange(store, refresh).status_code == 200
    assert exchange(store, refresh).status_code == 401


def _with_cache_down(
    call: Callable[..., Any], down: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    def called(*args: Any) -> Any:
        with monkeypatch.context() as patch:
            for verb in ("get", "add", "delete"):
                patch.setattr(cache, verb, down)
            return call(*args)

    return called
