"""Numbers on real connections: twenty at the same moment, some rolled back, and there is neither a gap nor a double."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from apps.invoices import services as invoices
from apps.invoices.models import Document, Series
from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from tests.support.acting import seeing_all
from tests.support.orders import place
from tests.support.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Broken(Exception):
    """What a process runs into after it has its number."""


def issue(order: Order, *, is_broken: bool) -> Callable[[], Document]:
    def call() -> Document:
        with transaction.atomic():
            document = invoices.issue_invoice(order=Order.objects.get(pk=order.pk))
            if is_broken:
                raise Broken
        return document

    return call


def test_numbers_of_a_series_have_no_gap_and_no_double(throwaway_store: Any) -> None:
    with seeing_all(throwaway_store):
        orders = [place(payment_state=OrderPaymentState.CASH_DUE) for _ in range(18)]
        calls = [issue(order, is_broken=place_ % 3 == 0) for place_, order in enumerate(orders)]
        # one order from three places at once has one invoice
        calls += [issue(orders[1], is_broken=False)] * 2
        answers = run_at_once(throwaway_store, calls)
        assert sum(isinstance(answer, Broken) for answer in answers) == 6
        assert not [a for a in answers if isinstance(a, Exception) and not isinstance(a, Broken)]
        rows = Document.objects.order_by("sequence")
        assert [row.sequence for row in rows] == list(range(1, 13))
        assert len({row.number for row in rows}) == 12
        assert Series.objects.get().last_number == 12
        assert Document.objects.filter(order=orders[1]).count() == 1
