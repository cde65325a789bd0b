"""The time to pay: a setting of each store, for orders placed from now on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.payments import services as payments
from apps.payments.models import PaymentMethod, PaymentSettings
from apps.payments.selectors import get_time_to_pay, list_payment_methods
from apps.tenancy.context import use_store
from apps.tenancy.shared_cache import SharedCache
from tests.api.shop import make_user
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.acting import STAFF, seeing_all


def choose(minutes: int) -> None:
    row, _created = PaymentSettings.objects.get_or_create(key="store")
    row.minutes_to_pay = minutes
    payments.save_payment_settings(row)


@pytest.mark.usefixtures("system_scope")
def test_an_order_waits_as_long_as_its_store_says_when_it_is_placed(
    in_store: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    goods = make_goods()
    early = place(make_cart(goods))
    assert get_time_to_pay() == timedelta(minutes=30)
    with django_capture_on_commit_callbacks(using="default", execute=True):
        choose(45)
    late = place(make_cart(goods))
    assert early.payment.expires_at == early.order.placed_at + timedelta(minutes=30)
    assert late.payment.expires_at == late.order.placed_at + timedelta(minutes=45)


@pytest.mark.usefixtures("system_scope")
def test_a_store_without_payment_methods_keeps_its_default(in_store: Any) -> None:
    for method in PaymentMethod.objects.all():
        method.is_active = False
        payments.save_payment_method(method)
    assert list_payment_methods() == []
    assert get_time_to_pay() == timedelta(minutes=30)


def test_another_store_keeps_its_own_time(store: Any, other_store: Any) -> None:
    with seeing_all(store):
        choose(60)
        assert get_time_to_pay() == timedelta(minutes=60)
    with use_store(other_store, actor=STAFF):
        assert get_time_to_pay() == timedelta(minutes=30)


@pytest.mark.parametrize("minutes", ["9", "4321", "-1", "soon", ""])
def test_a_time_outside_the_limits_is_an_error_of_its_field(
    client_for: Callable[..., Client], store: Any, minutes: str
) -> None:
    owner = client_for(store)
    with seeing_all(store):
        row, _created = PaymentSettings.objects.get_or_create(key="store")
        owner.force_login(make_user(store, Role.OWNER))
    owner.cookies[f"session_{store.slug}"] = owner.cookies["sessionid"].value
    answer = owner.post(
        f"/admin/payments/paymentsettings/{row.pk}/change/", {"minutes_to_pay": minutes}
    )
    assert answer.status_code == 200
    assert "minutes_to_pay" in answer.context["adminform"].form.errors


@pytest.mark.usefixtures("system_scope")
def test_an_offer_that_a_save_has_overtaken_is_not_kept(
    in_store: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """A buyer has read the settings when staff save them, and caches afterwards what was read."""
    put = SharedCache.set

    def save_first(cache: Any, key: str, *args: Any, **kwargs: Any) -> None:
        if key.startswith("kept:"):
            monkeypatch.undo()
            with django_capture_on_commit_callbacks(using="default", execute=True):
                choose(77)
        put(cache, key, *args, **kwargs)

    monkeypatch.setattr(SharedCache, "set", save_first)
    assert get_time_to_pay() == timedelta(minutes=30)
    assert get_time_to_pay() == timedelta(minutes=77)
