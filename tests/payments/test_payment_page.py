"""The test bank's page, as a buyer's browser sees it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.inbox.services import handle_due
from apps.payments import tasks
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


@pytest.fixture
def payment(store: Any) -> Payment:
    with use_store(store):
        return place(make_cart(make_goods(price_minor=60_000))).payment


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What the bank told its messenger."""
    calls: list[tuple[str, bool]] = []
    monkeypatch.setattr(tasks, "send_test_event", lambda ref, *, later: calls.append((ref, later)))
    return calls


def page(payment: Payment) -> str:
    return f"/payments/test/{payment.pk}/"


def state(store: Any, payment: Payment) -> tuple[str, str]:
    with seeing_all(store):
        found = Payment.objects.select_related("order").get(pk=payment.pk)
        return found.state, found.order.status


def test_the_page_says_what_it_is_and_what_is_due(client: Client, payment: Payment) -> None:
    answer = client.get(page(payment))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This is a test gateway." in text
    assert "600" in text
    assert "asha@example.com" not in text
    for choice in ("pay", "decline", "later"):
        assert f'value="{choice}"' in text


def test_paying_books_at_once_and_leads_to_the_order(
    store: Any, client: Client, payment: Payment, sent: list[Any]
) -> None:
    answer = client.post(page(payment), {"choice": "pay"})

    assert answer.status_code == 302
    assert answer["Location"] == f"/orders/{payment.order.access_token}/"
    assert state(store, payment) == ("captured", "processing")
    assert sent == [(str(payment.pk), False)]


def test_a_declined_payment_can_be_tried_again(
    store: Any, client: Client, payment: Payment, sent: list[Any]
) -> None:
    answer = client.post(page(payment), {"choice": "decline"})

    assert "declined" in answer.content.decode()
    assert state(store, payment) == ("failed", "pending")
    assert client.post(page(payment), {"choice": "pay"}).status_code == 302
    assert state(store, payment) == ("captured", "processing")


def test_pay_later_is_reported_by_webhook(
    store: Any, client: Client, payment: Payment, sent: list[Any]
) -> None:
    client.post(page(payment), {"choice": "later"})

    assert state(store, payment) == ("confirming", "pending")
    assert sent == [(str(payment.pk), True)]
    with seeing_all(store):
        tasks.deliver_test_event(str(payment.pk), True)
        tasks.deliver_test_event(str(payment.pk), True)
        handle_due()
    assert state(store, payment) == ("captured", "processing")


def test_a_decided_payment_can_not_be_decided_otherwise(
    store: Any, client: Client, payment: Payment, sent: list[Any]
) -> None:
    client.post(page(payment), {"choice": "pay"})

    assert client.post(page(payment), {"choice": "decline"}).status_code == 409
    assert client.get(page(payment)).status_code == 200
    assert state(store, payment) == ("captured", "processing")


@pytest.mark.parametrize("choice", ["", "steal", "paid", "\x00"])
def test_another_choice_changes_nothing(
    store: Any, client: Client, payment: Payment, sent: list[Any], choice: str
) -> None:
    assert client.post(page(payment), {"choice": choice}).status_code == 400
    assert state(store, payment) == ("created", "pending")
    assert sent == []


def test_the_page_needs_the_csrf_token(store: Any, payment: Payment) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": f"{store.slug}.localhost"})

    assert strict.post(page(payment), {"choice": "pay"}).status_code == 403
    assert state(store, payment) == ("created", "pending")


def test_a_payment_of_another_store_or_gateway_is_not_found(
    store: Any,
    client: Client,
    client_for: Callable[..., Client],
    other_store: Any,
    payment: Payment,
) -> None:
    assert client_for(other_store).get(page(payment)).status_code == 404
    assert client.get(f"/payments/test/{uuid4()}/").status_code == 404
    with use_store(store):
        cash = place(make_cart(make_goods()), payment_method="cash_on_delivery").payment
    assert client.get(page(cash)).status_code == 404


def test_the_test_gateway_can_be_switched_off(
    client: Client, payment: Payment, settings: Any
) -> None:
    settings.PAYMENTS_TEST_GATEWAY = False

    assert client.get(page(payment)).status_code == 404


def test_a_refused_payment_opened_again_from_the_order_waits_for_money(
    store: Any, client: Client, payment: Payment, sent: list[Any]
) -> None:
    client.post(page(payment), {"choice": "decline"})

    answer = client.post(f"/orders/{payment.order.access_token}/pay/")

    assert (answer.status_code, answer["Location"]) == (302, page(payment))
    assert state(store, payment) == ("pending", "pending")
