"""The platform's start page: what needs a person, each with the list that shows exactly that."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.backoffice.platform.attention import WAITING
from apps.billing.models import BillingTransaction
from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.inbox.models import InboxMessage
from apps.platform.models import (
    Domain,
    ProvisioningJob,
    SandboxJob,
    StoreDeletion,
    StoreMove,
    Subscription,
)
from apps.tenancy.context import outside_store
from tests.backoffice.sessions import log_in
from tests.billing.making import make_seller, subscribe

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 10, tzinfo=UTC)


def attention(client: Client) -> dict[str, Any]:
    page = client.get("/admin/")
    assert page.status_code == 200
    return {str(row["title"]): row for row in page.context["attention"]}


@pytest.fixture
def troubled(store: Any) -> None:
    """One of everything that waits, and beside it one that does not."""
    ProvisioningJob.objects.filter(store=store).update(status="failed")
    StoreMove.objects.create(
        store=store, status="failed", target_type="shared", source_type="shared", source_version=1
    )
    StoreMove.objects.create(
        store=store, status="done", target_type="shared", source_type="shared", source_version=1
    )
    SandboxJob.objects.create(kind="make", live=store, slug="a-copy", status="failed")
    Domain.objects.create(
        tenant=store, domain="lost.tea-house.in", status="verified", lost_at=now()
    )
    make_seller()
    agreed = subscribe(store, "starter", at=now())
    Subscription.objects.filter(pk=agreed.pk).update(status="past_due")
    bill = BillingTransaction.objects.get()
    BillingTransaction.objects.update(status="completed", dispute="open")
    for status in ("completed", "refunded"):
        BillingTransaction.objects.create(
            invoice=bill.invoice,
            store=store,
            status=status,
            amount_minor=100,
            currency="INR",
            provider="stripe",
            description="Again",
            is_surplus=True,
        )
    for state in ("dead", "delivered"):
        OutboxMessage.objects.create(
            message_id=store.pk, topic="x.y", key="1", consumer="a", state=state
        )
    for state in ("dead", "done"):
        InboxMessage.objects.create(source="stripe", topic="x", key=state, state=state, body=b"{}")
    StoreDeletion.objects.create(
        store=store, requested_by="Ann", requested_at=MAY, due_at=MAY, error="The disk is full."
    )


def test_nothing_waits_on_a_quiet_day(operator: Client) -> None:
    assert "Nothing is waiting for you." in operator.get("/admin/").content.decode()


def test_each_row_leads_to_the_list_of_exactly_that(operator: Client, troubled: None) -> None:
    with outside_store():
        rows = attention(operator)
    assert set(rows) == {*(str(each.title) for each in WAITING), "Deletions that stopped"}
    for title, row in rows.items():
        assert row["count"] == 1, title
        listed = operator.get(row["url"])
        assert listed.status_code == 200, title
        if title != "Deletions that stopped":
            assert listed.context["cl"].result_count == 1, title


def test_rows_are_for_those_who_may_see_their_list(
    client_for: Callable[..., Client], troubled: None
) -> None:
    helper = User.objects.create_user(
        "helper@platform.example", "a-long-password-1", is_staff=True, role=Role.CATALOG
    )
    assert attention(log_in(client_for(None), helper)) == {}


def test_the_page_costs_the_same_with_more_that_waits(
    operator: Client, troubled: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        operator.get("/admin/")
