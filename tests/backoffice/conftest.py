"""Staff of the platform and of a store, logged in."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.accounts.visiting.access import save_access
from apps.common.clock import today
from apps.platform.models import AccessLevel
from apps.tenancy.context import use_store
from tests.api import shop
from tests.backoffice.every_change import World
from tests.backoffice.sessions import PASSWORD, log_in, rename_session
from tests.backoffice.visits import enter, link_of
from tests.support.acting import STAFF, seeing_all
from tests.support.trading_shop import TradingShop


@pytest.fixture
def operator(db: None, client_for: Callable[..., Client]) -> Client:
    """The platform's administrator, logged in."""
    email = f"operator-{secrets.token_hex(4)}@example.com"  # tests that commit leave it behind
    return log_in(client_for(None), User.objects.create_superuser(email, PASSWORD))


@pytest.fixture
def owner(trading_shop: TradingShop, store: Any, client_for: Callable[..., Client]) -> Client:
    """The owner of a store with a product, a customer and an order."""
    client = client_for(store)
    with use_store(store, actor=STAFF):
        client.force_login(User.objects.get(role=Role.OWNER))
    return rename_session(client, f"session_{store.slug}")


@pytest.fixture
def world(trading_shop: TradingShop, store: Any, client_for: Callable[..., Client]) -> World:
    """A shop that trades, seen by its owner."""
    with seeing_all(store):
        owner = User.objects.get(role=Role.OWNER)
        owner.set_password(shop.PASSWORD)
        owner.save()
        client = client_for(store)
        client.force_login(owner)
    return World(store, rename_session(client, f"session_{store.slug}"), shop.log_in(store, owner))


@pytest.fixture
def platform_world(store: Any, client_for: Callable[..., Client]) -> World:
    boss = User.objects.create_superuser("boss@platform.example", shop.PASSWORD)
    client = client_for(None)
    client.force_login(boss)
    api = shop.Api(None)
    answer = api.post("auth/login", {"email": boss.email, "password": shop.PASSWORD})
    caller = api.with_headers(authorization=f"Bearer {answer.json()['access']}")
    return World(store, rename_session(client, "session_platform"), caller, site="platform")


@pytest.fixture
def visitor(
    operator: Client, store: Any, trading_shop: Any, client_for: Callable[..., Client]
) -> Client:
    """In the admin of a store with an order, to look."""
    return enter(client_for(store), link_of(operator, store))


@pytest.fixture
def changer(
    operator: Client, store: Any, trading_shop: Any, client_for: Callable[..., Client]
) -> Client:
    """The same in a store that allows changes."""
    with seeing_all(store):
        save_access(store=store, level=AccessLevel.CHANGE, until=today() + timedelta(days=1))
    return enter(client_for(store), link_of(operator, store))
