"""Logins of staff and exported tables are in the audit log, and the log is a table itself."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.events.models import AuditEntry
from apps.tenancy.context import outside_store, use_store
from tests.api.shop import PASSWORD, Api, make_user
from tests.support.acting import STAFF
from tests.support.tables import read_csv

LIST = "/admin/events/auditentry/"


def entries(store: Any, action: str) -> list[AuditEntry]:
    with use_store(store, actor=STAFF):
        return list(AuditEntry.objects.filter(action=action))


@pytest.mark.parametrize("door", ["admin", "api"])
def test_a_login_of_staff_is_in_the_log_and_a_customers_not(
    store: Any, client_for: Any, door: str
) -> None:
    people = {role: make_user(store, role) for role in (Role.MANAGER, Role.CUSTOMER)}
    for person in people.values():
        for password in ("wrong", PASSWORD):
            if door == "api":
                Api(store).post("auth/login", {"email": person.email, "password": password})
            else:
                facts = {"username": person.email, "password": password}
                client_for(store).post("/admin/login/?next=/admin/", facts)
    (entry,) = entries(store, "user.logged_in")
    assert entry.target_ref == str(people[Role.MANAGER].pk)
    assert (entry.actor_label, entry.door) == (people[Role.MANAGER].email, door)
    assert entry.ip == "127.0.0.1"


def test_an_exported_table_is_in_the_log_with_its_size(
    store: Any, owner: Client, operator: Client
) -> None:
    owner.get("/admin/orders/order/export/", {"format": "csv", "q": "a@example.com"})
    (entry,) = entries(store, "table.exported")
    assert (entry.target_ref, set(entry.after or {})) == ("orders", {"rows"})
    operator.get("/admin/platform/usagemetric/export/")
    operator.get("/admin/figures/export/days/", {"format": "xlsx"})
    with outside_store():
        exported = AuditEntry.objects.filter(action="table.exported")
        assert set(exported.values_list("target_ref", flat=True)) >= {"usage", "days"}


def test_the_log_as_a_table_is_what_its_filters_show(store: Any, owner: Client) -> None:
    with use_store(store, actor=STAFF):
        count = AuditEntry.objects.filter(action="user.logged_in").count()
    answer = owner.get(f"{LIST}export/", {"action": "user.logged_in", "format": "csv"})
    assert [row["action"] for row in read_csv(answer)] == ["user.logged_in"] * count
    assert count
    assert owner.get(LIST, {"door": "admin", "created_at_from_0": "2026-01-01"}).status_code == 200
