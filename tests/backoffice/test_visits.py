"""Support of the platform, and an owner, enter a store's admin by a link: once, with a reason, and to look unless it allows more."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client

from apps.accounts import passwords
from apps.accounts import services as accounts
from apps.accounts.errors import LinkNotValid, LooksOnly, NoVisits
from apps.accounts.models import Role, User
from apps.accounts.visiting import services as visiting
from apps.accounts.visiting.access import save_access
from apps.accounts.visitors import VisitingPerson
from apps.common.clock import moved_to, now
from apps.common.ids import new_id
from apps.content.models import Page
from apps.events.models import AuditEntry
from apps.notifications.models import SentMail
from apps.platform.auditing import note, refusing_changes
from apps.platform.models import AccessLevel, Domain, Store, StoreVisit, VisitEnd, VisitKind
from apps.support.models import Ticket
from apps.tenancy.context import use_store
from tests.api import shop
from tests.backoffice.every_change import World
from tests.backoffice.every_change_support import ticket_of
from tests.backoffice.sessions import PASSWORD, log_in
from tests.backoffice.visits import (
    REASON,
    Clients,
    actions,
    ask,
    enter,
    link_of,
    names_of_methods,
    sentence,
    shipping_form,
)
from tests.support.acting import STAFF, seeing_all


def test_the_way_from_the_platform_into_a_store_and_back(
    operator: Client, visitor: Client, store: Any
) -> None:
    page = visitor.get("/admin/").content.decode()
    assert REASON in page
    assert "This visit looks only." in page
    assert "End the visit" in page
    assert REASON in visitor.get("/admin/orders/order/").content.decode()

    visit = StoreVisit.objects.get()
    assert visit.entered_at is not None
    assert visit.until == visit.entered_at + timedelta(minutes=visiting.VISIT_MINUTES)
    over = visitor.post("/admin/visit/end/")
    assert over.status_code == 200
    assert "You have left the admin of this store" in over.content.decode()
    assert visitor.get("/admin/").status_code == 302
    visit.refresh_from_db()
    assert visit.ended_by == VisitEnd.BUTTON
    shown = operator.get(f"/admin/platform/store/{store.pk}/enter/").content.decode()
    assert REASON in shown


def test_both_logs_have_beginning_and_end_and_the_owner_gets_a_mail(
    operator: Client, visitor: Client, store: Any
) -> None:
    visitor.post("/admin/visit/end/")
    assert actions(store) == ["store.visit_begun", "store.visit_ended"]
    platform = AuditEntry.objects.filter(action__startswith="store.visit", target_ref=str(store.pk))
    assert set(platform.values_list("action", flat=True)) == {
        "store.visit_asked",
        "store.visit_begun",
        "store.visit_ended",
    }
    assert {entry.actor_label.startswith("operator-") for entry in platform} == {True}
    with seeing_all(store):
        begun = AuditEntry.objects.get(action="store.visit_begun")
        assert "support of the platform" in begun.actor_label
        assert begun.after is not None
        assert begun.after["reason"] == REASON
        assert begun.actor_ref == StoreVisit.objects.get().pk
        owners = set(User.objects.filter(role=Role.OWNER).values_list("email", flat=True))
        mails = SentMail.objects.filter(template="store_visit")
        assert {mail.to for mail in mails} == owners


def test_the_link_is_stored_nowhere_and_works_once(
    operator: Client, store: Any, client_for: Clients
) -> None:
    link = link_of(operator, store)
    token = link.partition("link=")[2]
    visit = StoreVisit.objects.get()
    assert token not in str(vars(visit))
    enter(client_for(store), link)
    thief = client_for(store)
    assert "This link was used already" in sentence(thief.get(link))
    assert thief.get("/admin/").status_code == 302
    assert StoreVisit.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "%00", "%F0%9F%98%80"])
def test_a_wrong_link_is_a_page(store: Any, client_for: Clients, token: str) -> None:
    answer = client_for(store).get(f"/admin/visit/?link={token}")
    assert "This link was used already" in sentence(answer)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert client_for(store).head("/admin/visit/").status_code == 405
    assert client_for(store).post("/admin/visit/").status_code == 405


def test_a_late_link_is_a_page(operator: Client, store: Any, client_for: Clients) -> None:
    link = link_of(operator, store)
    with moved_to(now() + timedelta(seconds=visiting.LINK_SECONDS)):
        assert "older than a minute" in sentence(client_for(store).get(link))
    enter(client_for(store), link)


def test_a_link_opens_no_other_store_and_no_other_host(
    operator: Client, store: Any, other_store: Any, client_for: Clients
) -> None:
    link = link_of(operator, store)
    sentence(client_for(other_store).get(link))
    with use_store(store), pytest.raises(LinkNotValid):
        visiting.enter(token=link.partition("link=")[2], host="shop.example")
    enter(client_for(store), link)


def test_a_copied_cookie_is_nothing_at_another_store(
    visitor: Client, store: Any, other_store: Any, client_for: Clients
) -> None:
    thief = client_for(other_store)
    key = visitor.cookies[f"session_{store.slug}"].value
    for name in (f"session_{store.slug}", f"session_{other_store.slug}", "sessionid"):
        thief.cookies[name] = key
    assert thief.get("/admin/").status_code == 302


def test_a_cookie_copied_to_another_host_of_the_store_ends_nothing(
    visitor: Client, store: Any
) -> None:
    other = "shop.tea-house.in"
    Domain.objects.create(tenant=store, domain=other, status="verified")
    StoreVisit.objects.update(host=other)
    assert "The visit is over" in sentence(visitor.get("/admin/"))
    StoreVisit.objects.update(host=f"{store.slug}.localhost")
    assert visitor.get("/admin/").status_code == 200
    assert StoreVisit.objects.get().ended_at is None


def test_a_session_row_in_a_copy_of_the_store_is_nothing_there(
    visitor: Client, other_store: Any, client_for: Clients
) -> None:
    """A sandbox has a copy of the rows of its store."""
    thief = client_for(other_store)
    with seeing_all(other_store):
        from django.contrib.sessions.backends.db import SessionStore

        copied = SessionStore()
        copied["visit"] = str(StoreVisit.objects.get().pk)
        copied.save()
    thief.cookies[f"session_{other_store.slug}"] = str(copied.session_key)
    assert "The visit is over" in sentence(thief.get("/admin/"))
    assert thief.get("/admin/").status_code == 302
    assert StoreVisit.objects.get().ended_at is None


def test_the_session_is_for_the_admin_alone(visitor: Client, store: Any) -> None:
    assert visitor.get("/account/").status_code == 302
    assert visitor.get("/api/v1/orders").status_code == 401
    assert visitor.get("/admin/password_change/").status_code == 403
    with seeing_all(store):
        assert not User.objects.filter(email__contains="operator").exists()


def test_looking_changes_nothing_at_any_address(visitor: Client, store: Any) -> None:
    path, form = shipping_form(store)
    before = names_of_methods(store)
    assert visitor.get(path).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        assert "This visit looks only" in sentence(getattr(visitor, method)(path, form))
    assert names_of_methods(store) == before


def test_looking_takes_no_files_along(visitor: Client, store: Any) -> None:
    for path in (
        "/admin/orders/order/export/",
        "/admin/events/auditentry/export/",
        "/admin/inventory/stockimport/export/",
    ):
        assert "This visit looks only" in sentence(visitor.get(path)), path
    with seeing_all(store):
        assert not AuditEntry.objects.filter(action="table.exported").exists()


def test_what_would_be_noted_is_refused_before(store: Any) -> None:
    """The last guard, for a door that a later release opens by GET."""

    def refuse() -> None:
        raise LooksOnly

    with use_store(store, actor=STAFF):
        with refusing_changes(refuse), pytest.raises(LooksOnly):
            note("product.changed", "a teapot")
        note("product.changed", "a kettle")
        targets = AuditEntry.objects.filter(action="product.changed")
        assert [entry.target_label for entry in targets] == ["a kettle"]


def test_changes_are_the_visitors_once_the_store_allows_them(changer: Client, store: Any) -> None:
    assert "each change is in the audit log" in changer.get("/admin/").content.decode()
    World(store, changer, shop.Api(store)).add(Page, title="Care", purpose="other")
    with seeing_all(store):
        entry = AuditEntry.objects.get(action="page.created")
        assert "support of the platform" in entry.actor_label
        assert entry.actor_ref == StoreVisit.objects.get().pk


def test_what_is_the_stores_alone_stays_so(changer: Client, store: Any) -> None:
    for path in (
        "/admin/accounts/user/add/",
        "/admin/partners/apikey/new/",
        "/admin/partners/webhookendpoint/new/",
        "/admin/support/supportsettings/store/change/",
    ):
        assert changer.get(path).status_code == 403, path
    with seeing_all(store):
        owner = User.objects.get(role=Role.OWNER)
    form = {"email": owner.email, "role": "owner", "is_active": "on", "password": PASSWORD}
    assert changer.post(f"/admin/accounts/user/{owner.pk}/change/", form).status_code == 403


def test_secrets_are_nowhere_for_any_visit() -> None:
    visit = StoreVisit(kind=VisitKind.OWNER, person_label="Asha")
    person = VisitingPerson(visit, may_change=True)
    for right in (
        "gateways.change_gatewaykeys",
        "gateways.view_gatewaykeys",
        "integrations.change_integrationkeys",
        "invoices.change_invoicesettings",
        "partners.add_apikey",
        "partners.change_webhookendpoint",
        "support.view_supportsettings",
        "payments.change_bankaccount",
        "accounts.change_user",
    ):
        assert not person.has_perm(right), right


def test_a_visit_ends_by_time_and_says_so(visitor: Client, store: Any) -> None:
    with moved_to(now() + timedelta(minutes=visiting.VISIT_MINUTES)):
        assert "The time of this visit is over." in sentence(visitor.get("/admin/"))
        assert visitor.get("/admin/").status_code == 302
    assert actions(store) == ["store.visit_begun", "store.visit_ended"]


def test_the_clock_ends_what_no_request_ends(visitor: Client, store: Any) -> None:
    assert visiting.end_over_visits() == 0
    with moved_to(now() + timedelta(minutes=visiting.VISIT_MINUTES + 3)):
        assert visiting.end_over_visits() == 1
        assert visiting.end_over_visits() == 0
    visit = StoreVisit.objects.get()
    assert visit.ended_at == visit.until
    assert actions(store) == ["store.visit_begun", "store.visit_ended"]


@pytest.mark.parametrize(
    "change", ["deactivated", "no permission", "no staff", "new password", "gone"]
)
def test_a_visit_ends_with_the_right_of_its_person(
    change: str, client_for: Clients, store: Any
) -> None:
    person = User.objects.create_user("helper@platform.example", PASSWORD, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="add_storevisit"))
    visitor = enter(client_for(store), link_of(log_in(client_for(None), person), store))
    assert visitor.get("/admin/").status_code == 200
    if change == "deactivated":
        accounts.set_active(user=person, is_active=False)
    elif change == "no permission":
        person.user_permissions.clear()
    elif change == "no staff":
        User.objects.filter(pk=person.pk).update(is_staff=False)
    elif change == "new password":
        passwords.set_password(user=person, password="another long password")
    else:
        StoreVisit.objects.update(person_ref=new_id())
    assert "not allowed to enter" in sentence(visitor.get("/admin/orders/order/"))
    assert StoreVisit.objects.get().ended_by == VisitEnd.PERSON


def test_who_may_not_enter(store: Any, client_for: Clients) -> None:
    person = User.objects.create_user("looker@platform.example", PASSWORD, is_staff=True)
    looker = log_in(client_for(None), person)
    assert looker.get(f"/admin/platform/store/{store.pk}/enter/").status_code == 403
    assert ask(looker, store).status_code == 403
    with pytest.raises(NoVisits):
        visiting.make_link(store=store, person=person, reason=REASON)
    assert not StoreVisit.objects.exists()


def test_a_reason_is_needed(operator: Client, store: Any) -> None:
    for reason in ("", " \u200b ", "x" * 501):
        refused = ask(operator, store, reason)
        assert refused.status_code == 200
        assert refused.context["form"].errors["reason"]
    assert not StoreVisit.objects.exists()


def test_the_owner_of_a_store_enters_it_and_no_other(
    store: Any, other_store: Any, client_for: Clients
) -> None:
    owner = User.objects.create_user("merchant@example.com", PASSWORD)
    Store.objects.filter(pk=store.pk).update(owner=owner)
    store.refresh_from_db()
    with pytest.raises(NoVisits):
        visiting.make_link(store=other_store, person=owner, reason=REASON)
    with seeing_all(store):
        save_access(store=store, level=AccessLevel.NONE)
    url = urlsplit(visiting.make_link(store=store, person=owner, reason=REASON))
    visitor = enter(client_for(store), f"{url.path}?{url.query}")
    page = visitor.get("/admin/").content.decode()
    assert "merchant@example.com (owner, visiting)" in page
    assert visitor.get("/admin/content/page/add/").status_code == 200
    Store.objects.filter(pk=store.pk).update(owner=None)
    assert "not allowed to enter" in sentence(visitor.get("/admin/"))


def test_staff_who_log_in_afterwards_are_themselves(
    visitor: Client, store: Any, trading_shop: Any
) -> None:
    with seeing_all(store):
        owner = User.objects.get(role=Role.OWNER)
        owner.set_password(PASSWORD)
        owner.save()
        email = owner.email
    visitor.post("/account/login/", {"login": email, "password": PASSWORD})
    page = visitor.get("/admin/").content.decode()
    assert "End the visit" not in page
    assert email in page


def test_every_page_of_the_admin_answers_a_visit(
    changer: Client, visitor: Client, store: Any
) -> None:
    """None fails because the visitor is no row of the store."""
    changer.raise_request_exception = False
    with seeing_all(store):
        sessions = Session.objects.count()
    assert sessions
    for client in (changer, visitor):
        for path in client.get("/admin/").content.decode().split('href="')[1:]:
            link = path.partition('"')[0]
            if link.startswith("/admin/"):
                assert client.get(link).status_code in (200, 302, 403), link


def test_a_visit_takes_no_ticket(changer: Client, store: Any) -> None:
    ticket = ticket_of(World(store, changer, shop.Api(store)))
    answer = changer.post(f"/admin/support/ticket/{ticket.pk}/take/", follow=True)
    assert "A visit takes no ticket" in answer.content.decode()
    with seeing_all(store):
        assert Ticket.objects.get(pk=ticket.pk).assigned_id is None


def test_links_that_were_not_used_are_deleted_after_a_day(
    visitor: Client, operator: Client, store: Any
) -> None:
    link_of(operator, store)
    with moved_to(now() + timedelta(hours=23)):
        assert visiting.forget_unused_links() == 0
    with moved_to(now() + timedelta(hours=25)):
        assert visiting.forget_unused_links() == 1
    assert StoreVisit.objects.get().entered_at is not None
