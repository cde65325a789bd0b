"""Two at the same moment, on real connections: a piece is in one request, and comes back once."""

from typing import Any

import pytest

from apps.common.errors import DomainError
from apps.orders.models import OrderLine
from apps.payments.models import Refund
from apps.returns import services as returns
from apps.returns.models import ReturnRequest
from apps.tenancy.context import use_store
from tests.checkout.shop import make_goods, stock_of
from tests.returns.asking import approve, ask, delivered, inspect, receive, settle
from tests.support.acting import GUEST, STAFF
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_requests_inspections_and_withdrawals_at_once(throwaway_store: Any) -> None:
    with use_store(throwaway_store, actor=STAFF):
        goods = make_goods(stock=10, price_minor=33_333)
        order = delivered(goods, quantity=2)
        answers = run_at_once(throwaway_store, [lambda: ask(order, 2) for _buyer in range(4)])
        assert len(fails(answers)) == 3
        assert all(isinstance(error, DomainError) for error in fails(answers))
        assert ReturnRequest.objects.count() == 1
        assert OrderLine.objects.get().requested_quantity == 2

        request = ReturnRequest.objects.get()
        same = run_at_once(
            throwaway_store,
            [lambda: ask(order, 2, request_key=request.request_key) for _press in range(4)],
        )
        assert fails(same) == []
        approve(request)
        receive(request, 2)
        ends = run_at_once(
            throwaway_store,
            [
                *(lambda: inspect(ReturnRequest.objects.get()) for _press in range(4)),
                lambda: returns.withdraw_return(request=request, actor=GUEST),
            ],
        )
        assert len(fails(ends)) == 1, "only the withdrawal"
        settle(order)
        assert Refund.objects.count() == 1
        assert order.refunded_minor == order.total_minor
        assert stock_of(goods) == (10, 0, 0)
