"""Ways to pay, switched off and on in the store's admin."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from apps.accounts.models import Role
from apps.payments.models import PaymentMethod
from apps.payments.selectors import list_payment_methods
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.forms import Fields


def test_a_way_to_pay_that_is_switched_off_is_offered_no_more(
    store: Any,
    client_for: Callable[..., Client],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
        method = PaymentMethod.objects.get(gateway="cash_on_delivery")
        assert "cash_on_delivery" in [offered.code for offered in list_payment_methods()]
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value

    with use_store(store), django_capture_on_commit_callbacks(execute=True):
        path = f"/admin/payments/paymentmethod/{method.pk}/change/"
        opened = Fields(client.get(path).content.decode()).sent
        opened.pop("is_active")
        answer = client.post(path, {**opened, "label": "Cash", "position": "1"})

    assert answer.status_code == 302
    with use_store(store):
        assert "cash_on_delivery" not in [offered.code for offered in list_payment_methods()]
