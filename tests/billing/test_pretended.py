"""The test bank for bills: pay, decline, pay in another way; and where it is switched off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.billing.models import BillingTransaction
from apps.common.clock import now
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.billing.bills import relay
from tests.billing.making import invoices, mails_of, make_owner, make_seller, pay, subscribe
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, Role.OWNER))
    return rename_session(client, f"session_{store.slug}")


def test_an_owner_is_declined_and_pays(store: Any, owner: Client, settings: Any) -> None:
    make_seller()
    make_owner(store)
    subscribe(store, "starter", at=now())
    [invoice] = invoices(store)
    page = owner.post(f"/admin/plan/invoices/{invoice.pk}/pay/")["Location"]
    assert "no real money" in owner.get(page).content.decode()
    said = owner.post(page, {"choice": "decline"}, follow=True).content.decode()
    assert "The test bank declined the payment." in said
    relay()
    assert f"alpha.localhost{page}" in mails_of(store, "bill_not_paid")[0].text.replace(":8000", "")
    assert owner.post(f"/admin/plan/invoices/{invoice.pk}/pay/")["Location"] == page
    for _ in range(2):
        owner.post(page, {"choice": "pay"})
    [paid] = BillingTransaction.objects.filter(invoice=invoice)
    assert (paid.status, paid.provider, paid.invoice.status) == ("completed", "test", "paid")
    assert "This payment is decided." in owner.get(page).content.decode()
    settings.BILLING_TEST_PROVIDER = False
    assert owner.get(page).status_code == 404
    assert owner.post(page, {"choice": "pay"}).status_code == 404


def test_a_transfer_ends_a_payment_at_the_test_bank(store: Any, owner: Client) -> None:
    make_seller()
    subscribe(store, "starter", at=now())
    [invoice] = invoices(store)
    page = owner.post(f"/admin/plan/invoices/{invoice.pk}/pay/")["Location"]
    pay(invoice, at=now())
    relay()
    owner.post(page, {"choice": "pay"})
    dropped = BillingTransaction.objects.get(invoice=invoice, provider="test")
    assert (dropped.status, dropped.is_closed, dropped.is_surplus) == ("failed", True, False)
