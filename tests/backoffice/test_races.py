"""Two people save at the same moment, on connections of their own: the second keeps what was typed, with an error at its field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.content import services as content
from apps.content.models import Page
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user
from tests.backoffice.forms import Fields
from tests.backoffice.sessions import rename_session
from tests.support.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(throwaway_store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(throwaway_store)
    with use_store(throwaway_store):
        client.force_login(make_user(throwaway_store, Role.OWNER))
    return rename_session(client, f"session_{throwaway_store.slug}")


def overtake(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, first: Callable[[], Any]
) -> None:
    """Before the service is called for the first time, somebody else has committed."""
    real, calls = getattr(module, name), []

    def late(**given: Any) -> Any:
        calls.append(name)
        if len(calls) == 1:
            first()
        return real(**given)

    monkeypatch.setattr(module, name, late)


def post(client: Client, path: str, typed: dict[str, str]) -> Any:
    sent = Fields(client.get(path).content.decode()).sent
    return client.post(path, {**sent, **typed})


def assert_kept(answer: Any, field: str, typed: dict[str, str]) -> None:
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]
    for words in typed.values():
        assert words in answer.content.decode(), words


def test_an_e_mail_address_that_somebody_else_has_just_added(
    throwaway_store: Any, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add() -> None:
        run_at_once(
            throwaway_store,
            [lambda: accounts.create_user(email="lakshmi@example.com", password=None)],
        )

    overtake(monkeypatch, accounts, "save_person", add)
    typed = {"email": "lakshmi@example.com", "first_name": "Lakshmi", "role": "support"}
    assert_kept(post(owner, "/admin/accounts/user/add/", typed), "email", typed)
    with use_store(throwaway_store):
        assert User.objects.get(email="lakshmi@example.com").first_name == ""


def test_the_address_of_a_product_that_somebody_else_has_just_taken(
    throwaway_store: Any, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(
        monkeypatch,
        catalog,
        "save_product",
        lambda: run_at_once(
            throwaway_store, [lambda: make_product(throwaway_store, slug="malabar")]
        ),
    )
    typed = {
        "title": "Monsoon",
        "slug": "malabar",
        "variants-0-sku": "M-1",
        "variants-0-price": "5.00",
    }
    assert_kept(post(owner, "/admin/catalog/product/add/", typed), "slug", typed)
    with use_store(throwaway_store):
        assert Product.objects.get(slug="malabar").title != "Monsoon"


def test_the_address_of_a_page_that_somebody_else_has_just_taken(
    throwaway_store: Any, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"title": "Theirs", "slug": "care", "purpose": "other", "body": "<p>x</p>"}
    overtake(
        monkeypatch,
        content,
        "save_page",
        lambda: run_at_once(throwaway_store, [lambda: content.save_page(values=other)]),
    )
    typed = {"title": "How to care", "slug": "care", "purpose": "other", "body": "<p>By hand</p>"}
    answer = post(owner, "/admin/content/page/add/", typed)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["slug"]
    assert "How to care" in answer.content.decode()
    with use_store(throwaway_store):
        assert Page.objects.get(slug="care").title == "Theirs"
