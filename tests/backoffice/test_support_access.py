"""What owners allow support in their admin, and what they see of its visits."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role
from apps.accounts.visiting.access import save_access
from apps.common.clock import moved_to, now, today
from apps.content.models import Page
from apps.events.models import AuditEntry
from apps.operations import store_status
from apps.platform.models import AccessLevel, StoreVisit, SupportAccess, VisitEnd
from apps.platform.selectors import forget_addresses
from tests.api import shop
from tests.backoffice.every_change import World
from tests.backoffice.sessions import PASSWORD, rename_session
from tests.backoffice.visits import REASON, Clients, ask, enter, link_of, sentence, shipping_form
from tests.support.acting import seeing_all

PAGE = "/admin/support-access/"


def test_the_store_withdraws_its_permission(
    operator: Client, visitor: Client, store: Any, client_for: Clients
) -> None:
    late = link_of(operator, store)
    with seeing_all(store):
        save_access(store=store, level=AccessLevel.NONE)
    assert StoreVisit.objects.get(entered_at__isnull=False).ended_by == VisitEnd.STORE
    assert "allow no visits" in sentence(visitor.get("/admin/"))
    assert "not allowed to enter" in sentence(client_for(store).get(late))
    refused = ask(operator, store)
    assert refused.status_code == 200
    assert "allow no visits" in refused.content.decode()


def test_permission_for_changes_ends_with_its_day(changer: Client, store: Any) -> None:
    path, form = shipping_form(store)
    with moved_to(now() + timedelta(minutes=30)):
        assert changer.post(path, form).status_code == 200  # the form, with its errors
    SupportAccess.objects.update(until=today() - timedelta(days=1))
    assert "This visit looks only" in sentence(changer.post(path, form))


def test_support_looks_into_a_suspended_store_and_changes_nothing(
    changer: Client, store: Any
) -> None:
    store_status.suspend_store(store=store, reason="Unpaid.")
    forget_addresses()  # as the commit does
    path, form = shipping_form(store)
    assert changer.get("/admin/").status_code == 200
    assert changer.post(path, form).status_code == 403
    store_status.archive_store(store=store, reason="Closed.")
    forget_addresses()
    assert changer.get("/admin/").status_code == 503


def test_owners_allow_changes_for_some_days_and_see_what_was_changed(
    owner: Client, operator: Client, store: Any, client_for: Clients
) -> None:
    assert "No visit yet" in owner.get(PAGE).content.decode()
    until = today() + timedelta(days=2)
    saved = owner.post(PAGE, {"level": "change", "until": until.isoformat()}, follow=True)
    assert "Saved." in saved.content.decode()
    changer = enter(client_for(store), link_of(operator, store))
    World(store, changer, shop.Api(store)).add(Page, title="Care", purpose="other")
    page = owner.get(PAGE).content.decode()
    for words in (REASON, "support of the platform", "1 change", "Care", "now in this admin"):
        assert words in page
    owner.post(PAGE, {"level": "none"})
    assert "allow no visits" in sentence(changer.get("/admin/"))
    assert "the store allows no visits any more" in owner.get(PAGE).content.decode()
    with seeing_all(store):
        entries = AuditEntry.objects.filter(action="store.support_access_changed")
        assert entries.count() == 2
    assert AuditEntry.objects.filter(action="store.support_access_changed").count() == 2


@pytest.mark.parametrize(
    "form",
    [
        {"level": "change"},
        {"level": "change", "until": "2020-01-01"},
        {"level": "change", "until": "2999-01-01"},
        {"level": "change", "until": "tomorrow"},
        {"level": "everything"},
        {},
    ],
)
def test_a_wrong_setting_is_a_form_with_errors(
    owner: Client, store: Any, form: dict[str, str]
) -> None:
    answer = owner.post(PAGE, {**form, "x": "1"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not SupportAccess.objects.exists()


def test_only_owners_of_the_store_decide(changer: Client, store: Any, client_for: Clients) -> None:
    form = {"level": "change", "until": (today() + timedelta(days=9)).isoformat()}
    assert REASON in changer.get(PAGE).content.decode()
    assert changer.post(PAGE, form).status_code == 403
    for role, status in ((Role.MANAGER, 200), (Role.FULFILMENT, 403)):
        with seeing_all(store):
            person = accounts.create_user(email=f"{role}@example.com", password=PASSWORD, role=role)
            staff = client_for(store)
            staff.force_login(person)
        rename_session(staff, f"session_{store.slug}")
        assert staff.get(PAGE).status_code == status
        assert staff.post(PAGE, form).status_code == 403
    assert SupportAccess.objects.get().until == today() + timedelta(days=1)
