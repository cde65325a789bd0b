"""No code is shown to people: actions of the audit log, background tasks, headings of filters, roles, addresses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from apps.accounts.models import Role, User
from apps.backoffice.names import ACTIONS, TASKS, TOPICS, action_name
from apps.backoffice.sites import platform_admin, store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.common.actor import Actor, ActorKind
from apps.common.ids import new_id
from apps.events.consumers import list_registered
from apps.events.models import AuditEntry
from apps.events.services import record_audit
from apps.operations.store_status import StatusChange
from apps.orders.selectors import TITLES
from tests.support.acting import seeing_all

ROOT = Path(__file__).parents[2]
NOTING = {"note", "audited", "as_one_note"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def noted_in_the_code() -> Iterator[str]:
    """Actions that stand in a call which notes them; what is put together there is proved by using every door."""
    for file in sorted((ROOT / "apps").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            for constant in ast.walk(call.args[0]) if name in NOTING else ():
                value = getattr(constant, "value", None)
                if isinstance(value, str) and CODE.fullmatch(value):
                    yield value


def test_every_action_has_words() -> None:
    noted = {*noted_in_the_code(), *(f"store.{change}" for change in StatusChange)}
    assert len(noted) > 50
    assert noted - {*ACTIONS, *TITLES} == set()


def test_an_action_of_an_order_names_the_order() -> None:
    assert action_name("order.created") == "Order placed"
    assert action_name("order.partially_shipped") == "Order: partly shipped"
    assert action_name("gone.with_a_release") == "Gone: with a release"


def test_every_background_task_has_words() -> None:
    registered = list_registered()
    assert {topic for _, topic in registered} == set(TOPICS)
    assert {name for name, _ in registered} == set(TASKS)


LISTS = [
    admin
    for site in (platform_admin, store_admin)
    for admin in site._registry.values()
    if not isinstance(admin, SingleRowAdmin)
]


@pytest.mark.parametrize("admin", LISTS, ids=str)
def test_filters_are_headed_by_what_people_call_it(admin: Any, in_store: Any) -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, role=Role.OWNER)
    for one in admin.get_changelist_instance(request).filter_specs:
        assert one.title[0].isupper()
        assert not re.search(r"_| at$|^Is ", one.title), one.title
        for choice in one.choices(None) if one.template.endswith("field.html") else ():
            assert [field.label for field in choice["form"].fields.values()] == [one.title]


def test_the_list_of_orders_is_filtered_by_placed(owner: Client) -> None:
    page = owner.get("/admin/orders/order/").content.decode()
    assert ">Placed</h3>" in page
    assert "By " not in re.sub(r"<script.*?</script>", "", page, flags=re.S)


def test_staff_are_filtered_by_the_roles_of_staff(owner: Client, store: Any) -> None:
    assert 'value="customer"' not in owner.get("/admin/accounts/user/").content.decode()
    with seeing_all(store):
        person = User.objects.create(email="pack@example.com", role=Role.FULFILMENT, is_staff=True)
    shown = owner.get("/admin/accounts/user/?role=fulfilment").content.decode()
    assert person.email in shown
    assert person.email not in owner.get("/admin/accounts/user/?role=manager").content.decode()
    page = owner.get(f"/admin/accounts/user/{person.pk}/change/").content.decode()
    assert "Customer: no longer staff" in page


def test_an_entry_is_titled_in_words(owner: Client, store: Any) -> None:
    with seeing_all(store):
        record_audit(
            actor=Actor(ActorKind.STAFF, new_id(), "Asha"),
            action="tax_rate.changed",
            target="GST",
            ip="::1",
        )
        entry = AuditEntry.objects.get(action="tax_rate.changed")
    page = owner.get(f"/admin/events/auditentry/{entry.pk}/change/").content.decode()
    assert "Tax rate changed: GST" in page
    assert "tax_rate.changed" not in page
    assert "This computer (::1)" in page
    assert "IP address" in page
