"""One page for all stores of an account, and the end of the account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from apps.accounts.models import User
from apps.common.clock import now
from apps.common.ids import new_id
from apps.events.models import AuditEntry
from apps.operations import store_status
from apps.platform.models import Store, Subscription
from tests.billing.making import invoices, make_seller, subscribe
from tests.owners.making import PASSWORD, link_in_mail, sign_up
from tests.support.acting import STAFF, by
from tests.support.routes import walk_patterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for(None)


@pytest.fixture
def owner(client: Client) -> User:
    return sign_up(client)


@pytest.fixture
def own_store(owner: User, store: Any) -> Store:
    Store.objects.filter(pk=store.pk).update(owner=owner)
    return Store.objects.get(pk=store.pk)


def test_the_page_has_plan_usage_and_ways_of_each_store(
    client: Client, own_store: Store, other_store: Any
) -> None:
    page = client.get("/stores/").content.decode()
    assert own_store.name in page
    assert own_store.plan.name in page
    assert "Staff accounts" in page
    assert f"http://{own_store.slug}.localhost" in page
    assert other_store.name not in page
    assert "New store" in page
    assert "<progress" not in page  # the stores of tests have no limits
    Subscription.objects.filter(store=own_store).update(max_staff_accounts=3)
    assert "<progress" in client.get("/stores/").content.decode()


def test_a_sandbox_is_not_among_them(client: Client, own_store: Store) -> None:
    Store.objects.filter(pk=own_store.pk).update(is_sandbox=True)
    assert own_store.name not in client.get("/stores/").content.decode()
    assert client.get(f"/stores/{own_store.pk}/").status_code == 404


def test_a_suspended_store_says_why(client: Client, own_store: Store) -> None:
    by(STAFF, store_status.suspend_store, store=own_store, reason="The <invoice> is overdue.")
    page = client.get("/stores/").content.decode()
    assert "The &lt;invoice&gt; is overdue." in page
    assert (
        "The &lt;invoice&gt; is overdue." in client.get(f"/stores/{own_store.pk}/").content.decode()
    )


def test_names_with_markup_are_text(client: Client, own_store: Store) -> None:
    Store.objects.filter(pk=own_store.pk).update(name="<script>alert(1)</script>")
    for path in ("/stores/", f"/stores/{own_store.pk}/"):
        assert "<script>alert(1)" not in client.get(path).content.decode()


def test_an_account_without_stores_closes_and_forgets_its_address(
    client: Client, owner: User, client_for: Callable[..., Client]
) -> None:
    elsewhere = client_for(None)
    elsewhere.post("/login/", {"email": owner.email, "password": PASSWORD})
    assert client.post("/account/", {"password": "wrong password"}).status_code == 422
    assert client.post("/account/", {"password": PASSWORD}).status_code == 302
    for each in (client, elsewhere):
        assert each.get("/stores/").status_code == 302
    closed = User.objects.get(pk=owner.pk)
    assert (closed.is_active, closed.email) == (False, f"{owner.pk}@closed.invalid")
    assert not closed.has_usable_password()
    entry = AuditEntry.objects.get(action="owner.closed")
    assert "asha" not in f"{entry.before} {entry.after} {entry.target_label}"
    assert sign_up(client_for(None)).pk != owner.pk  # the address is free again


def test_an_account_with_an_open_store_stays(client: Client, own_store: Store) -> None:
    answer = client.post("/account/", {"password": PASSWORD})
    assert answer.status_code == 422
    assert client.get("/stores/").status_code == 200


def test_an_account_with_archived_stores_keeps_its_address_and_lets_no_one_in(
    client: Client, own_store: Store, owner: User, client_for: Callable[..., Client]
) -> None:
    by(STAFF, store_status.archive_store, store=own_store, reason="The merchant stopped.")
    assert client.post("/account/", {"password": PASSWORD}).status_code == 302
    assert User.objects.get(pk=owner.pk).email == "asha@example.com"
    other = client_for(None)
    other.post("/signup/", {"email": "asha@example.com"})
    assert "closed" in mail.outbox[-1].subject
    assert "http" not in str(mail.outbox[-1].body)
    answer = other.post("/login/", {"email": "asha@example.com", "password": PASSWORD})
    assert answer.status_code == 422


def test_a_link_from_before_the_end_makes_no_password(client: Client, owner: User) -> None:
    client.post("/login/forgotten/", {"email": owner.email})
    path = link_in_mail()
    client.post("/account/", {"password": PASSWORD})
    assert client.post(path, {"password": "another long password"}).status_code == 410


def test_staff_of_the_platform_have_stores_too_and_close_no_account(
    client: Client, client_for: Callable[..., Client]
) -> None:
    staff = User.objects.create_superuser("root@example.com", PASSWORD)
    client.post("/login/", {"email": staff.email, "password": PASSWORD})
    assert client.get("/stores/").status_code == 200
    assert client.post("/account/", {"password": PASSWORD}).status_code == 422
    assert User.objects.get(pk=staff.pk).is_active


def test_owners_are_not_among_the_staff_of_the_platform(
    owner: User, client_for: Callable[..., Client]
) -> None:
    User.objects.create_superuser("root@example.com", PASSWORD)
    admin = client_for(None)
    admin.post("/login/", {"email": "root@example.com", "password": PASSWORD})
    page = admin.get("/admin/accounts/user/").content.decode()
    assert "root@example.com" in page
    assert owner.email not in page
    answer = admin.post(f"/admin/accounts/user/{owner.pk}/change/", {"email": owner.email})
    assert answer.status_code in (302, 404)
    assert not User.objects.get(pk=owner.pk).is_staff


def test_invoices_are_files_for_the_own_account_alone(
    client: Client, own_store: Store, other_store: Any, client_for: Callable[..., Client]
) -> None:
    make_seller()
    subscribe(own_store, "starter", at=now())
    (invoice,) = invoices(own_store)
    path = f"/stores/{own_store.pk}/invoices/{invoice.pk}/"
    assert path in client.get("/stores/").content.decode()
    found = client.get(path)
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert client.get(f"/stores/{own_store.pk}/invoices/{new_id()}/").status_code == 404
    assert client.get(f"/stores/{other_store.pk}/invoices/{invoice.pk}/").status_code == 404
    stranger = client_for(None)
    sign_up(stranger, "other@example.com")
    assert stranger.get(path).status_code == 404


# Open to strangers, or the way to log in.
OPEN = re.compile(
    r"/admin/(login|password)/|/admin/(jsi18n|forgotten-password|logout)/|/api/v1/(schema|docs|auth/|billing/webhook/)"
)


def test_no_page_and_no_endpoint_of_staff_is_open_to_an_owner(client: Client, owner: User) -> None:
    """Every route below the platform's admin and API, with the session and with a token."""
    logged_in = client.post(
        "/api/v1/auth/login",
        {"email": owner.email, "password": PASSWORD},
        content_type="application/json",
    )
    token = {"authorization": f"Bearer {logged_in.json()['access']}"}
    open_ones = []
    count = 0
    for route, _converters in walk_patterns(get_resolver("config.urls.platform")):
        path = "/" + re.sub(r"\{\w+\}", str(new_id()), route).lstrip("/")
        if not path.startswith(("/admin/", "/api/v1/")) or OPEN.match(path):
            continue
        for ask in (client.get, client.post):
            count += 1
            headers = token if path.startswith("/api/") else {}
            answer = ask(path, headers=headers)
            to_login = answer.status_code == 302 and "/admin/login/" in answer["Location"]
            if not (to_login or answer.status_code in (401, 403, 404, 405)):
                open_ones.append((ask.__name__, path, answer.status_code))
    assert count > 100
    assert open_ones == []
