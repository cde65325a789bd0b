"""What a new store starts with."""

from typing import Any

import pytest

from apps.gateways import installed
from apps.gateways.test_bank import TestGateway
from apps.payments.models import PaymentMethod
from apps.platform import seeding
from apps.provisioning.steps import seed_store
from apps.tenancy.context import use_actor, use_store
from tests.support.acting import STAFF


class NewBank(TestGateway):
    code = "new_bank"
    label = "New bank"


def test_every_app_with_defaults_is_seeded(store: Any) -> None:
    seeded = {name.split(".")[1] for name in seed_store(store.active_store)}
    assert seeded == {
        "accounts",
        "carts",
        "content",
        "fulfilment",
        "inventory",
        "invoices",
        "owners",
        "payments",
        "prices",
        "pricing",
        "support",
        "returns",
    }


def test_roles_are_given_again_when_their_table_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = seeding.refresh_version()
    monkeypatch.setattr("apps.accounts.defaults.ROLE_PERMISSIONS", {})
    assert seeding.refresh_version.__wrapped__() != before
    assert list(seeding.refreshes.items()) == ["apps.accounts.defaults", "apps.payments.defaults"]


def test_a_new_gateway_reaches_stores_that_exist_and_is_off(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use_store(store), use_actor(STAFF):
        PaymentMethod.objects.filter(gateway="test").update(label="Bank of ours")
    before = seeding.refresh_version.__wrapped__()
    monkeypatch.setitem(installed._GATEWAYS, "new_bank", NewBank())
    assert seeding.refresh_version.__wrapped__() != before
    for _time in range(2):
        seeding.refresh_store(store.active_store)
    with use_store(store), use_actor(STAFF):
        rows = PaymentMethod.objects.values_list("gateway", "label", "is_active")
        assert sorted(rows) == [
            ("bank_transfer", "Bank transfer", False),
            ("cash_on_delivery", "Cash on delivery", True),
            ("new_bank", "New bank", False),
            ("paypal", "PayPal", False),
            ("razorpay", "UPI, card and more, by Razorpay", False),
            ("stripe", "Card and more, by Stripe", False),
            ("test", "Bank of ours", True),
        ]


def test_seeding_again_changes_nothing(store: Any) -> Any:
    from django.apps import apps

    from apps.tenancy.routers import Home, home_of

    def count() -> Any:
        with use_store(store):
            return {
                model._meta.label: model.objects.count()
                for model in apps.get_models()
                if home_of(model) in (Home.STORE, Home.SHARED) and hasattr(model, "objects")
            }

    before = count()
    seed_store(store.active_store)
    assert count() == before
