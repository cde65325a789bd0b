"""An owner enters the admin of a store of theirs from the page of all stores: with the account's password, once more."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.platform.models import Store, StoreVisit, VisitEnd, VisitKind
from tests.owners.making import PASSWORD, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for(None)


@pytest.fixture
def own_store(client: Client, store: Any) -> Store:
    Store.objects.filter(pk=store.pk).update(owner=sign_up(client))
    return Store.objects.get(pk=store.pk)


def ask(client: Client, store: Any, **form: str) -> Any:
    return client.post(f"/stores/{store.pk}/enter/", form)


def test_the_way_in_and_its_end_with_the_account(
    client: Client, own_store: Store, client_for: Callable[..., Client]
) -> None:
    assert f"/stores/{own_store.pk}/enter/" in client.get("/stores/").content.decode()
    page = client.get(f"/stores/{own_store.pk}/enter/")
    assert f"{own_store.slug}.localhost" in page["Content-Security-Policy"]
    answer = ask(client, own_store, reason="Prices of the sale", password=PASSWORD)
    link = urlsplit(answer["Location"])
    assert (answer.status_code, link.hostname) == (302, f"{own_store.slug}.localhost")
    assert answer["Referrer-Policy"] == "no-referrer"
    visitor = client_for(own_store)
    assert visitor.get(f"{link.path}?{link.query}")["Location"] == "/admin/"
    assert "(owner, visiting)" in visitor.get("/admin/").content.decode()
    assert StoreVisit.objects.get().kind == VisitKind.OWNER
    labels = AuditEntry.objects.filter(action__startswith="store.visit").values_list("actor_label")
    assert labels
    assert all("asha" not in label for (label,) in labels)  # the platform's log names no owner
    User.objects.update(is_active=False)
    assert visitor.get("/admin/").status_code == 403
    assert StoreVisit.objects.get().ended_by == VisitEnd.PERSON


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "Prices", "password": "another"},
        {"reason": "Prices"},
        {"reason": " ", "password": PASSWORD},
        {"reason": "x" * 501, "password": PASSWORD},
        {},
    ],
)
def test_a_session_alone_opens_no_admin(
    client: Client, own_store: Store, form: dict[str, str]
) -> None:
    answer = ask(client, own_store, **form)
    assert answer.status_code == 422
    assert not StoreVisit.objects.exists()


def test_another_accounts_store_is_not_found(
    client: Client, own_store: Store, other_store: Any, client_for: Callable[..., Client]
) -> None:
    form = {"reason": "Prices", "password": PASSWORD}
    assert ask(client, other_store, **form).status_code == 404
    stranger = ask(client_for(None), own_store, **form)
    assert (stranger.status_code, stranger["Location"]) == (302, "/login/")
    assert not StoreVisit.objects.exists()
