"""Customers in a store's admin: two lists, and a page of each buyer that shows what the viewer may see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts import services as accounts
from apps.accounts.models import Customer, CustomerNote, Role, User
from apps.events.models import AuditEntry
from apps.orders.buyers import list_guests
from apps.orders.models import Order
from apps.tenancy.context import use_store
from apps.tenancy.routers import DEFAULT
from tests.api.shop import ADDRESSES, make_user
from tests.backoffice.forms import Fields
from tests.backoffice.sessions import rename_session
from tests.support.acting import seeing_all
from tests.support.orders import place

Commits = Callable[..., Any]


def page_of(person: User) -> str:
    return f"/admin/accounts/customer/{person.pk}/"


def buy(email: str, customer: User | None = None, **values: Any) -> Order:
    order = place(customer_id=customer.pk if customer else None)
    Order.objects.filter(pk=order.pk).update(
        **{"email": email, "payment_state": "cash_due", **values}
    )
    return Order.objects.get(pk=order.pk)


def log_in_with(store: Any, client_for: Callable[..., Client], *rights: str) -> Client:
    client = client_for(store)
    with use_store(store):
        person = User.objects.create_user("limited@example.com", None, is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(person)
    return rename_session(client, f"session_{store.slug}")


@pytest.fixture
def asha(store: Any) -> User:
    """A customer with an address, an order of hers and one she placed as a guest."""
    with seeing_all(store):
        person = accounts.create_user(
            email="asha@example.com",
            password=None,
            first_name="Asha",
            last_name="Rao",
            phone="+919845012345",
        )
        accounts.save_address(user=person, values=ADDRESSES["IN"])
        buy(person.email, person, total_minor=100000, refunded_minor=25000, currency="INR")
        buy(person.email, total_minor=5000, currency="INR")
        buy(person.email, person, total_minor=4000, currency="USD")
        buy(
            person.email,
            person,
            total_minor=99900,
            currency="INR",
            status="cancelled",
            payment_state="void",
            reduced_minor=99900,
        )
    return person


def test_customers_and_staff_are_two_lists(store: Any, owner: Client, asha: User) -> None:
    clerk = make_user(store, Role.SUPPORT)
    customers = owner.get("/admin/accounts/customer/").text
    staff = owner.get("/admin/accounts/user/").text
    assert asha.email in customers
    assert clerk.email not in customers
    assert clerk.email in staff
    assert asha.email not in staff
    assert page_of(asha) in customers
    links = owner.get("/admin/").text
    assert "/admin/accounts/customer/" in links
    assert "/admin/accounts/user/" in links
    moved = owner.get(f"/admin/accounts/user/{asha.pk}/change/")
    assert (moved.status_code, moved["Location"]) == (302, page_of(asha))


def test_a_page_shows_orders_spending_and_addresses(owner: Client, asha: User, store: Any) -> None:
    page = owner.get(page_of(asha)).text
    for words in (
        "Asha Rao",
        "mailto:asha@example.com",
        "+91 98450 12345",
        "₹800.00",  # spent: 750 and 50 as a guest, the cancelled order left out
        "$40.00",
        "as a guest",
        "12 MG Road",
        "Bengaluru",
        "560001",
        "Karnataka",
        "₹250.00 refunded",
    ):
        assert words in page, words
    with seeing_all(store):
        for order in Order.objects.filter(email=asha.email):
            assert order.number in page
    assert "Default address" in page
    with seeing_all(store):
        other = accounts.create_user(email="other@example.com", password=None)
        theirs = buy(asha.email, other)
    assert theirs.number not in owner.get(page_of(asha)).text, "another account named her address"
    assert theirs.number in owner.get(page_of(other)).text


def test_turnover_is_hidden_from_those_who_may_not_see_it(
    store: Any, client_for: Callable[..., Client], asha: User
) -> None:
    client = log_in_with(store, client_for, "view_user", "view_order")
    page = client.get(page_of(asha)).text
    assert "Spent" not in page
    assert "₹800.00" not in page
    assert "12 MG Road" not in page, "nor are saved addresses theirs to see"
    assert "Notes" not in page
    assert client.post(page_of(asha), {"text": "x"}).status_code == 403
    assert client.get(f"/admin/accounts/customer/{asha.pk}/change/").status_code == 200
    assert client.post(f"/admin/accounts/customer/{asha.pk}/change/").status_code == 403


def test_without_a_right_to_orders_or_people_there_is_none_of_them(
    store: Any, client_for: Callable[..., Client], asha: User
) -> None:
    client = log_in_with(store, client_for, "view_user")
    page = client.get(page_of(asha)).text
    with seeing_all(store):
        order = Order.objects.filter(email=asha.email, customer=None).get()
        assert order.number not in page
        User.objects.get(email="limited@example.com").user_permissions.clear()
    for path in ("", "guests/", f"guests/{order.pk}/", f"{asha.pk}/"):
        assert client.get(f"/admin/accounts/customer/{path}").status_code == 403, path


def test_guests_are_found_by_mail_name_and_phone(owner: Client, store: Any) -> None:
    with seeing_all(store):
        name = {"name": "Crème Brûlée", "country": "IN"}
        guest: dict[str, Any] = {"phone": "+918023456789", "shipping_address": name}
        first, last = buy("guest@example.net", **guest), buy("guest@example.net", **guest)
        buy("someone.else@example.net", phone="")
        (found,) = list_guests("guest@example.net")
        assert (found.order_count, found.order_id, found.name) == (2, last.pk, "Crème Brûlée")
        for query in ("GUEST@example", "brûlée crème", "+91 80234", "80-2345-6789", "  guest "):
            assert [one.email for one in list_guests(query)] == ["guest@example.net"], query
        assert list_guests("guest nothing") == []
    listed = owner.get("/admin/accounts/customer/guests/").text
    assert "someone.else@example.net" in listed
    with seeing_all(store):
        accounts.create_user(email="numbered@example.com", password=None, first_name="12345")
    numbered = owner.get("/admin/accounts/customer/?q=１２３４５").text
    assert "numbered@example.com" in numbered
    assert "someone.else@example.net" not in numbered
    beside = owner.get("/admin/accounts/customer/?q=guest@example.net").text
    assert "Guests that fit" in beside
    page = owner.get(f"/admin/accounts/customer/guests/{first.pk}/").text
    assert first.number in page
    assert last.number in page
    assert "Guest, without an account" in page
    with use_store(store):
        person = accounts.create_user(email="guest@example.net", password=None)
    moved = owner.get(f"/admin/accounts/customer/guests/{first.pk}/")
    assert (moved.status_code, moved["Location"]) == (302, page_of(person))
    assert first.number in owner.get(page_of(person)).text


def test_notes_are_written_deleted_and_audited(owner: Client, store: Any, asha: User) -> None:
    refused = owner.post(page_of(asha), {"text": " \u200b "})
    assert refused.context["form"].errors["text"]
    assert owner.post(page_of(asha), {"text": "Rings twice.\nLikes it sweet."}).status_code == 302
    page = owner.get(page_of(asha)).text
    assert "Rings twice.<br>Likes it sweet." in page
    assert "asha.kanarienvogel@example.com" in page, "who wrote it"
    with seeing_all(store):
        (note,) = CustomerNote.objects.all()
        entry = AuditEntry.objects.get(action="customer_note.added")
        assert "sweet" not in f"{entry.before}{entry.after}{entry.target_label}"
        other = accounts.create_user(email="other@example.com", password=None)
        person = User.objects.get(pk=asha.pk)
        person.email = "asha.rao@example.com"
        accounts.save_person(user=person)
    owner.post(page_of(other), {"delete": str(note.pk)})
    assert "Rings twice." in owner.get(page_of(asha)).text, (
        "of another person, and under the new address"
    )
    owner.post(page_of(asha), {"delete": str(note.pk)})
    with seeing_all(store):
        assert not CustomerNote.objects.exists()
        assert AuditEntry.objects.filter(action="customer_note.deleted").count() == 1


def test_a_page_costs_the_same_with_many_orders(owner: Client, store: Any, asha: User) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connections[DEFAULT]) as found:
            assert owner.get(path).status_code == 200
        return len(found)

    paths = (page_of(asha), "/admin/accounts/customer/", "/admin/accounts/customer/guests/")
    before = [count(path) for path in paths]
    with seeing_all(store):
        for number in range(12):
            buy(asha.email, asha, currency=("INR", "USD", "EUR")[number % 3])
            buy(f"guest{number}@example.net")
            accounts.create_user(email=f"buyer{number}@example.com", password=None)
    assert [count(path) for path in paths] == before


def test_people_of_a_store_are_unknown_in_the_next(
    owner: Client,
    other_store: Any,
) -> None:
    with seeing_all(other_store):
        stranger = accounts.create_user(
            email="stranger@example.org", password=None, first_name="Stranger"
        )
        order = buy("strange.guest@example.org")
    for path in (f"{stranger.pk}/", f"{stranger.pk}/history/", f"guests/{order.pk}/"):
        answer = owner.get(f"/admin/accounts/customer/{path}", follow=True)
        assert "Stranger" not in answer.text, path
        assert "strange.guest" not in answer.text
    missing = owner.get(page_of(stranger))
    assert missing.status_code == 404
    assert 'href="/admin/"' in missing.text
    assert "Search products" not in missing.text  # the shop's page
    assert owner.post(page_of(stranger), {"text": "x"}).status_code == 404
    for path in ("", "guests/", "?q=stranger", "guests/?q=strange"):
        assert "example.org" not in owner.get(f"/admin/accounts/customer/{path}").text
    with seeing_all(other_store):
        assert not CustomerNote.objects.exists()


def test_a_customer_who_is_made_staff_in_the_form_gets_a_link_and_loses_the_session(
    owner: Client,
    store: Any,
    client_for: Callable[..., Client],
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Commits,
) -> None:
    with use_store(store):
        person = accounts.create_user(email="mole@example.com", password="chosen-by-a-stranger")
    theirs = client_for(store)
    with use_store(store):
        theirs.force_login(person)
    theirs = rename_session(theirs, f"session_{store.slug}")
    url = f"/admin/accounts/customer/{person.pk}/change/"
    values = {**Fields(owner.get(url).text).sent, "role": Role.MANAGER}
    with django_capture_on_commit_callbacks(using=DEFAULT, execute=True):
        assert owner.post(url, values).status_code == 302
    with use_store(store):
        person = User.objects.get(pk=person.pk)
    assert person.is_staff
    assert not person.has_usable_password()
    assert theirs.get("/admin/", follow=False).status_code == 302, "the old session is over"
    (mail,) = mailoutbox
    assert mail.to == ["mole@example.com"]
    assert "/admin/password/new/" in mail.body


def test_a_new_colleague_without_a_password_gets_a_link(
    owner: Client,
    store: Any,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Commits,
) -> None:
    values = {"email": "clerk@example.com", "role": Role.SUPPORT, "is_active": "on"}
    with django_capture_on_commit_callbacks(using=DEFAULT, execute=True):
        assert owner.post("/admin/accounts/user/add/", values).status_code == 302
    assert [mail.to for mail in mailoutbox] == [["clerk@example.com"]]
    refused = owner.post("/admin/accounts/user/add/", {**values, "role": Role.CUSTOMER})
    assert refused.context["adminform"].form.errors["role"]


def test_a_proxy_is_audited_as_the_user_it_is(owner: Client, store: Any, asha: User) -> None:
    url = f"/admin/accounts/customer/{asha.pk}/change/"
    owner.post(url, {**Fields(owner.get(url).text).sent, "first_name": "Aisha"})
    with seeing_all(store):
        assert Customer.objects.get(pk=asha.pk).first_name == "Aisha"
        entry = AuditEntry.objects.filter(action="user.changed").get()
    assert (entry.target_type, entry.target_ref) == ("accounts.user", str(asha.pk))
    history = owner.get(f"/admin/accounts/customer/{asha.pk}/history/").text
    assert "Person changed" in history
