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
from apps.platform.models import Plan, Store, Subscription
from tests.billing.making import invoices, make_seller, run_at, subscribe
from tests.owners.making import PASSWORD, link_in_mail, sign_up, store_form
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


def test_the_page_of_a_closed_store_says_why_and_whom_to_ask(
    client: Client, own_store: Store, settings: Any
) -> None:
    settings.PLATFORM_CONTACT = "help@platform.example"
    path = f"/stores/{own_store.pk}/"
    by(STAFF, store_status.suspend_store, store=own_store, reason="The invoice is overdue.")
    page = client.get(path).content.decode()
    assert "The invoice is overdue." in page
    assert "help@platform.example" in page
    assert f"{own_store.slug}.localhost" in page
    assert "Open the admin" in page
    by(STAFF, store_status.archive_store, store=own_store, reason="The <merchant> stopped.")
    page = client.get(path).content.decode()
    assert "The &lt;merchant&gt; stopped." in page
    assert "help@platform.example" in page
    assert "Open the admin" not in page


def test_the_page_of_the_account_says_who_archives_its_stores(
    client: Client, own_store: Store, settings: Any
) -> None:
    settings.PLATFORM_CONTACT = "help@platform.example"
    page = client.get("/account/").content.decode()
    assert "when all its stores are archived" in page
    assert "help@platform.example" in page


SAYS_FULL = "as many stores as"


def test_a_reached_limit_is_said_before_the_form_is_filled_in(client: Client, owner: User) -> None:
    for path in ("/stores/", "/stores/new/"):
        assert SAYS_FULL not in client.get(path).content.decode()
    client.post("/stores/new/", store_form())
    for path in ("/stores/", "/stores/new/"):
        page = client.get(path).content.decode()
        assert "Plans for one more store: Starter, Professional, Enterprise." in page
        assert "/stores/new/" in page
    answer = client.post("/stores/new/", store_form(name="Second"))
    assert "limits stores per owner to 1; in use: 1" in answer.content.decode()
    Plan.objects.exclude(code="free").update(is_active=False)
    page = client.get("/stores/").content.decode()
    assert "as many stores as its plans allow" in page
    assert ">New store<" not in page
    Subscription.objects.filter(store__owner=owner).update(max_stores_per_owner=None)
    for path in ("/stores/", "/stores/new/"):
        assert SAYS_FULL not in client.get(path).content.decode()


HAD_TRIAL = "Your account has had its trial"


def test_a_second_store_begins_without_a_trial_and_the_form_says_so(
    client: Client, owner: User
) -> None:
    def open_one(plan: str) -> Subscription:
        answer = client.post("/stores/new/", store_form(plan=plan))
        assert answer.status_code == 302
        return Subscription.objects.get(store_id=answer["Location"].split("/")[2])

    assert open_one("free").trial_ends_at is None
    page = client.get("/stores/new/").content.decode()
    assert HAD_TRIAL not in page
    assert "14 days free of charge" in page
    first = open_one("enterprise")
    assert (first.status, first.trial_ends_at is None) == ("trial", False)
    page = client.get("/stores/new/").content.decode()
    assert HAD_TRIAL in page
    assert "14 days free of charge" not in page
    second = open_one("enterprise")
    assert (second.status, second.trial_ends_at) == ("active", None)
    assert second.due_at is not None
    Store.objects.filter(pk=first.store_id).update(status="archived")
    assert open_one("professional").status == "active"


def test_the_first_bill_of_a_store_without_a_trial_comes_at_once(
    client: Client, owner: User
) -> None:
    make_seller()
    for _ in range(2):
        client.post("/stores/new/", store_form(plan="professional"))
    opened = Store.objects.filter(owner=owner)
    opened.update(status="active")
    run_at(now())
    numbers = {each.subscriptions.get().status: len(invoices(each)) for each in opened}
    assert numbers == {"trial": 0, "active": 1}


def test_the_trial_of_another_account_takes_nothing_away(
    client: Client, owner: User, client_for: Callable[..., Client]
) -> None:
    client.post("/stores/new/", store_form(plan="starter"))
    other = client_for(None)
    sign_up(other, "other@example.com")
    assert HAD_TRIAL not in other.get("/stores/new/").content.decode()
    answer = other.post("/stores/new/", store_form(plan="starter"))
    opened = Subscription.objects.get(store_id=answer["Location"].split("/")[2])
    assert opened.status == "trial"


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
