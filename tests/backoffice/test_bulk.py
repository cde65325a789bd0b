"""Actions on many stores at once: a page that says what will happen to each, then each by itself."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.events.models import AuditEntry
from apps.platform.models import Announcement, Store
from tests.backoffice.sessions import log_in

pytestmark = pytest.mark.django_db
LIST = "/admin/platform/store/"


def act(client: Client, action: str, *stores: Any, **values: Any) -> Any:
    chosen = {"action": f"{action}_chosen", "_selected_action": [str(each.pk) for each in stores]}
    return client.post(LIST, {**chosen, **values})


def status_of(*stores: Any) -> list[str]:
    return [Store.objects.get(pk=each.pk).status for each in stores]


def test_a_page_says_first_what_will_happen_to_each(
    operator: Client, store: Store, other_store: Store
) -> None:
    Store.objects.filter(pk=other_store.pk).update(status="archived")
    page = act(operator, "suspend", store, other_store)
    assert page.status_code == 200
    assert {each.pk: possible for each, possible in page.context["rows"].items()} == {
        store.pk: True,
        other_store.pk: False,
    }
    assert status_of(store, other_store) == ["active", "archived"], "nothing has happened yet"
    again = act(operator, "suspend", store, other_store, sure="yes", reason=" ")
    assert "reason" in again.context["form"].errors
    done = act(operator, "suspend", store, other_store, sure="yes", reason="A check")
    assert done.status_code == 302
    assert status_of(store, other_store) == ["suspended", "archived"]
    assert "1 done." in operator.get(LIST).content.decode()
    act(operator, "suspend", store, sure="yes", reason="Again")  # a stale page changes nothing more
    assert Store.objects.get(pk=store.pk).suspension_reason == "A check"
    act(operator, "reinstate", store, other_store, sure="yes", reason="All good")
    assert status_of(store, other_store) == ["active", "active"]
    actions = AuditEntry.objects.filter(target_ref=str(store.pk)).values_list("action", flat=True)
    assert {"store.suspended", "store.reinstated"} <= set(actions)


def test_where_nothing_can_be_done_there_is_no_button(operator: Client, store: Store) -> None:
    page = act(operator, "reinstate", store)
    assert "None of them can be changed" in page.content.decode()


def test_chosen_stores_get_an_announcement_each(
    operator: Client, store: Store, other_store: Store
) -> None:
    assert act(operator, "announce", store, other_store).status_code == 200
    given = {
        "kind": "news",
        "title": "Prices change",
        "text": "",
        "shown_until": "2099-01-31T10:00",
    }
    wrong = act(operator, "announce", store, sure="yes", **{**given, "kind": "maintenance"})
    assert "work_from" in wrong.context["form"].errors
    assert act(operator, "announce", store, other_store, sure="yes", **given).status_code == 302
    rows = Announcement.objects.all()
    assert {row.store_id for row in rows} == {store.pk, other_store.pk}
    assert {row.title for row in rows} == {"Prices change"}


def test_too_many_at_once_and_people_without_the_right(
    operator: Client,
    store: Store,
    other_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    client_for: Any,
) -> None:
    monkeypatch.setattr("apps.backoffice.platform.bulk.MOST", 1)
    refused = act(operator, "archive", store, other_store, sure="yes", reason="x")
    assert refused.status_code == 302
    assert "at most 1 stores" in operator.get(LIST).content.decode()
    helper = User.objects.create_user(
        "helper@platform.example", "a-long-password-1", is_staff=True, role=Role.SUPPORT
    )
    act(log_in(client_for(None), helper), "archive", store, sure="yes", reason="x")
    assert status_of(store, other_store) == ["active", "active"]
