"""Staff bring a courier's file in, look at it, book it, and see what couriers owe."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.clock import moved_to, now
from apps.remittances.models import Remittance
from tests.remittances.files import LIST, csv_of, delivered, signed_in
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


def send(client: Client, *rows: str) -> Any:
    return client.post(f"{LIST}upload/", {"file": csv_of(*rows), "courier": "Delhivery"})


def test_a_file_is_looked_at_booked_and_compared(
    store: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        delivered("A1"), delivered("A2"), delivered("A3")
    staff = signed_in(store, client_for, Role.MANAGER)
    assert "Check the file" in staff.get(LIST).content.decode()
    rows = ("AWB,Amount,UTR", "A1,500,=1+2", "A2,450,U1", "A9,7,U1")
    page = send(staff, *rows)["Location"]
    assert send(staff, *rows)["Location"] == page, "the same file"
    shown = staff.get(page).content.decode()
    for words in ("As collected", "Too little", "No parcel has this number", "-₹50.00"):
        assert words in shown.replace("\u2212", "-"), words
    uuid = page.split("/")[-3]
    staff.post(f"{LIST}{uuid}/book/")
    table = b"".join(staff.get(f"{LIST}{uuid}/lines/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=1+2" in table, "no cell is a formula"
    assert "Too little" in table
    with moved_to(now() + timedelta(days=11)):
        balances = staff.get(f"{LIST}balances/").content.decode()
        late = b"".join(staff.get(f"{LIST}open/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "A3" in balances
    assert "A9" in balances
    assert [line.split(",")[1] for line in late.splitlines()[1:]] == ["A3", "A2"]
    foreign = signed_in(other_store, client_for, Role.OWNER)
    assert foreign.get(page).status_code in (302, 404)
    assert foreign.get(f"{LIST}{uuid}/lines/").status_code == 404
    foreign.post(f"{LIST}{uuid}/discard/")
    with seeing_all(store):
        assert Remittance.objects.get().state == "booked"


def test_only_roles_of_money_see_and_book(store: Any, client_for: Callable[..., Client]) -> None:
    for role, sees, books in (
        (Role.MANAGER, True, True),
        (Role.READ_ONLY, True, False),
        (Role.FULFILMENT, False, False),
        (Role.CATALOG, False, False),
    ):
        client = signed_in(store, client_for, role)
        for page in (LIST, f"{LIST}balances/", f"{LIST}open/"):
            assert (client.get(page).status_code == 200) is sees, (role, page)
        assert (send(client, "AWB,Amount", f"{role},1").status_code == 302) is books, role
    with seeing_all(store):
        assert Remittance.objects.count() == 1


def test_what_is_no_file_of_a_courier_is_said_and_kept_nowhere(
    store: Any, client_for: Callable[..., Client]
) -> None:
    staff = signed_in(store, client_for, Role.MANAGER)
    for rows in (["x,y", "1,2"], [""], ["AWB,Amount"]):
        answer = staff.post(
            f"{LIST}upload/", {"file": csv_of(*rows), "courier": "Delhivery"}, follow=True
        )
        assert "bo-message" in answer.content.decode() or answer.context["messages"], rows
    for form in ({}, {"file": csv_of("AWB,Amount", "A,1")}):
        staff.post(f"{LIST}upload/", form)
    with seeing_all(store):
        assert not Remittance.objects.exists()
