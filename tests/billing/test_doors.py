"""The pages of owners and of the platform's staff, and the commands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.billing.models import Payer
from apps.common.clock import now
from apps.events.models import AuditEntry
from apps.platform.models import Subscription
from apps.tenancy.context import outside_store
from tests.api.shop import make_user
from tests.backoffice.sessions import log_in, rename_session
from tests.billing.making import current, invoices, make_seller, plan, run, run_at, subscribe
from tests.platform.commands import json_of, refused
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db
BEGIN = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def client_of(role: Role) -> Client:
        client = client_for(store)
        with seeing_all(store):
            client.force_login(make_user(store, role))
        return rename_session(client, f"session_{store.slug}")

    return client_of


def test_owners_choose_cancel_and_read_invoices(
    store: Any, other_store: Any, staff: Callable[[Role], Client]
) -> None:
    make_seller()
    client = staff(Role.OWNER)
    starter = str(plan("starter").pk)
    assert client.post("/admin/plan/", {"plan": starter, "interval": ""}).status_code == 302
    details = {"legal_name": "Alpha Traders", "country": "IN", "region": "MH", "city": "Pune"}
    wrong = client.post("/admin/plan/details/", {**details, "tax_number": "29AAGCB7383J1Z4"})
    assert wrong.context["form"].errors["tax_number"]
    assert client.post("/admin/plan/details/", details).status_code == 302
    assert Payer.objects.get(store=store).legal_name == "Alpha Traders"
    for step, is_ending in (("cancel", True), ("resume", False)):
        assert client.post(f"/admin/plan/{step}/step/").status_code == 302
        assert current(store).is_ending is is_ending
    [invoice] = invoices(store)
    page = client.get("/admin/plan/").content.decode()
    for words in (invoice.number, "₹1,768.82", "The next invoice comes on"):
        assert words in page, words
    file = client.get(f"/admin/plan/invoices/{invoice.pk}/")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    subscribe(other_store, "starter", at=now())
    [others] = invoices(other_store)
    assert client.get(f"/admin/plan/invoices/{others.pk}/").status_code == 404
    refused_plan = client.post("/admin/plan/", {"plan": starter, "interval": ""})
    assert "already" in refused_plan.content.decode()


def test_managers_look_and_do_not_decide(store: Any, staff: Callable[[Role], Client]) -> None:
    make_seller()
    subscribe(store, "starter", at=now())
    client = staff(Role.MANAGER)
    assert client.get("/admin/plan/").status_code == 200
    assert client.post("/admin/plan/", {"plan": str(plan("free").pk)}).status_code == 403
    assert client.post("/admin/plan/cancel/step/").status_code == 403
    assert client.get("/admin/plan/details/").status_code == 403


def test_a_suspended_owner_sees_what_is_open_and_may_only_decide_about_the_plan(
    store: Any, staff: Callable[[Role], Client]
) -> None:
    make_seller()
    begin = now() - 40 * DAY
    subscribe(store, "starter", at=begin)
    run_at(begin + 7 * DAY)
    run_at(begin + 22 * DAY)
    client = staff(Role.OWNER)
    page = client.get("/admin/plan/").content.decode()
    assert "The shop is closed until the overdue invoices are paid." in page
    assert invoices(store)[0].number in page
    answer = client.post("/admin/plan/", {"plan": str(plan("professional").pk), "interval": ""})
    assert "is overdue" in answer.content.decode()


def test_the_platform_marks_paid_and_sees_everything(operator: Client, store: Any) -> None:
    make_seller()
    subscribe(store, "starter", at=now())
    [invoice] = invoices(store)
    page = f"/admin/billing/invoice/{invoice.pk}"
    for address in ("/admin/billing/invoice/", f"{page}/change/", "/admin/billing/billingtransaction/", f"/admin/platform/store/{store.pk}/plan/"):  # fmt: skip
        assert invoice.number in operator.get(address).content.decode(), address
    assert operator.get("/admin/billing/seller/", follow=True).status_code == 200
    assert operator.get(f"{page}/pdf/")["Content-Type"] == "application/pdf"
    assert "Mark as paid" in operator.get(f"{page}/paid/step/").content.decode()
    future = {"reference": "UTR1", "paid_on": f"{now() + 3 * DAY:%Y-%m-%d}"}
    operator.post(f"{page}/paid/step/", future)
    assert invoices(store)[0].status == "open"
    operator.post(f"{page}/paid/step/", {**future, "paid_on": f"{now():%Y-%m-%d}"})
    assert invoices(store)[0].status == "paid"


@pytest.fixture
def operator(client_for: Callable[..., Client]) -> Client:
    from apps.accounts.models import User

    return log_in(client_for(None), User.objects.create_superuser("op@example.com", "a-long-pw-1"))


def test_the_commands(store: Any, system_scope: None) -> None:
    make_seller()
    Subscription.objects.filter(store=store).update(plan=plan("starter"), price_monthly_minor=100)
    assert "active" in run("subscription", store.slug, "start")
    assert AuditEntry.objects.filter(action="subscription.billing_started").exists()
    assert json_of("bill_stores") == {"subscriptions": 1}
    [row] = json_of("subscription", store.slug)["invoices"]
    assert "No transfer" not in run("mark_paid", row["number"], "--reference", "UTR 9")
    assert AuditEntry.objects.filter(action="billing_invoice.paid").exists()
    assert "no such invoice" in refused("mark_paid", "SUB/X", "--reference", "UTR 9")[1]
    assert "ends" not in run("subscription", store.slug, "cancel")
    with outside_store():
        assert current(store).is_ending
