"""Commands about stores and the people who log in to them: list, suspend, reinstate, plan, logins."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import CommandError
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Role, User
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.tenancy.context import use_store
from tests.platform.commands import json_of, run
from tests.support.acting import seeing_all
from tests.support.mails import delivered

pytestmark = pytest.mark.usefixtures("system_scope")

PASSWORD = "a-good-long-phrase-7"


def choose_password(client: Client, link: str) -> Any:
    """What the person does with the link."""
    page = client.get(urlsplit(link).path, follow=True)
    if not page.redirect_chain:
        return page
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    return client.post(page.redirect_chain[-1][0], form)


def test_stores_are_listed_with_what_one_asks_for(store: Store, other_store: Store) -> None:
    said = run("list_stores")
    assert "http://alpha.localhost:8000/" in said
    assert f"{Store.objects.count()} stores." in said
    rows = {row["slug"]: row for row in json_of("list_stores")}
    assert rows["beta"]["status"] == "active"
    assert rows["beta"]["plan"] == other_store.plan.code
    assert [row["slug"] for row in json_of("list_stores", "--search", "bet")] == ["beta"]
    assert json_of("list_stores", "--status", "suspended") == []


def test_the_list_costs_the_same_with_more_stores(store: Store, other_store: Store) -> None:
    with CaptureQueriesContext(connections["platform"]) as queries:
        run("list_stores")
    assert len(queries) <= 3


def test_suspending_wants_a_reason_and_a_word(
    store: Store, client_for: Callable[..., Client]
) -> None:
    with pytest.raises(CommandError, match="--reason"):
        run("suspend_store", store.slug, "--yes")
    with pytest.raises(CommandError, match="add --yes"):
        run("suspend_store", store.slug, "--reason", "Unpaid.")
    assert Store.objects.get(pk=store.pk).status == StoreStatus.ACTIVE
    assert (
        json_of("suspend_store", store.slug, "--reason", "Unpaid.", "--yes")["status"]
        == "suspended"
    )
    assert Store.objects.get(pk=store.pk).suspension_reason == "Unpaid."
    assert json_of("list_stores", "--status", "suspended")[0]["reason"] == "Unpaid."
    opened = json_of("reinstate_store", store.slug)
    assert (opened["status"], opened["url"]) == ("active", "http://alpha.localhost:8000/")


def test_archiving_wants_a_word_and_publishing_an_active_store(store: Store) -> None:
    with pytest.raises(CommandError, match="add --yes"):
        run("archive_store", store.slug)
    assert json_of("unpublish_store", store.slug)["is_published"] is False
    assert json_of("publish_store", store.slug)["is_published"] is True
    for _call in range(2):
        assert json_of("archive_store", store.slug, "--yes")["status"] == "archived"
    with pytest.raises(CommandError, match="archived: it can't be unpublished"):
        run("unpublish_store", store.slug)
    assert json_of("reinstate_store", store.slug)["status"] == "active"


def test_a_plan_is_changed_once(store: Store) -> None:
    before = store.plan.code
    assert "Would put" in run("change_plan", store.slug, "enterprise", "--dry-run")
    assert Store.objects.get(pk=store.pk).plan.code == before
    assert json_of("change_plan", store.slug, "enterprise")["before"] == before
    with pytest.raises(CommandError, match="already"):
        run("change_plan", store.slug, "enterprise")
    with pytest.raises(CommandError, match="no plan 'gold'"):
        run("change_plan", store.slug, "gold")


def test_a_new_login_works_by_its_link_once(
    store: Store, other_store: Store, client_for: Callable[..., Client]
) -> None:
    made = json_of("create_login", store.slug, "Ann@Example.com", "--role", "owner")
    assert (made["email"], made["role"], made["is_new"]) == ("ann@example.com", "owner", True)
    assert made["link"].startswith("http://alpha.localhost:8000/admin/")
    assert not mail.outbox
    with use_store(store):
        assert not User.objects.get(email="ann@example.com").has_usable_password()
    assert choose_password(client_for(other_store), made["link"]).status_code != 302
    assert choose_password(client_for(store), made["link"]).status_code == 302
    with use_store(store):
        person = User.objects.get(email="ann@example.com")
        assert person.check_password(PASSWORD)
        assert (person.role, person.is_staff) == (Role.OWNER, True)
    assert choose_password(client_for(store), made["link"]).status_code != 302


def test_a_login_of_staff_is_given_again_without_touching_the_password(store: Store) -> None:
    with use_store(store):
        person = User.objects.create_user("ann@example.com", PASSWORD)
    with pytest.raises(CommandError, match="Add --role"):  # a customer is no staff by mistake
        run("create_login", store.slug, "ann@example.com")
    run("create_login", store.slug, "ann@example.com", "--role", "support")
    with seeing_all(store):
        person.refresh_from_db()
        assert not person.has_usable_password()  # anybody may have registered with that address
        person.set_password(PASSWORD)
        person.save()
    again = json_of("create_login", store.slug, "ann@example.com")
    assert (again["is_new"], again["role"]) == (False, "support")
    with seeing_all(store):
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert (person.role, person.is_staff) == ("support", True)
        User.objects.filter(pk=person.pk).update(is_active=False)
    run("create_login", store.slug, "ann@example.com")
    with use_store(store):
        assert User.objects.get(pk=person.pk).is_active


def test_a_link_is_mailed_on_demand_in_the_stores_name(store: Store) -> None:
    made = json_of("create_login", store.slug, "ann@example.com", "--role", "owner", "--mail")
    (message,) = delivered(store)
    assert message.to == ["ann@example.com"]
    assert "http://alpha.localhost:8000/admin/" in message.body
    assert made["mailed"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["alpha", "nobody"], "not an e-mail address"),
        (["nosuch", "ann@example.com"], "no store 'nosuch'"),
        (["alpha", "ann@example.com"], "Add --role"),
        (["alpha", "ann@example.com", "--role", "customer"], "invalid choice"),
    ],
)
def test_what_is_wrong_with_a_login_is_a_sentence(
    store: Store, arguments: list[str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        run("create_login", *arguments)
    with use_store(store):
        assert not User.objects.filter(email__startswith="ann").exists()


def test_a_store_is_opened_with_its_owner(db: None) -> None:
    opened = json_of("provision_store", "tea-house", "--owner-email", "ann@example.com", "--mail")
    assert opened["login"]["role"] == "owner"
    assert opened["login"]["link"].startswith("http://tea-house.localhost:8000/admin/")
    made = Store.objects.get(slug="tea-house")
    assert len(delivered(made)) == 1
    with use_store(made):
        assert User.objects.get().role == Role.OWNER
    said = run("provision_store", "tea-house", "--owner-email", "ann@example.com")
    assert "http://tea-house.localhost:8000/admin/" in said
