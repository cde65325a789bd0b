"""Two people at the same moment, on real connections: a line counts once, a file is there once, an answer is one."""

from functools import partial
from typing import Any

import pytest

from apps.common.errors import DomainError
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.remittances import services as remittances
from apps.remittances.balances import balances_by_courier
from apps.remittances.errors import RemittanceKnown
from apps.remittances.models import Remittance, RemittanceLine
from tests.remittances.files import delivered, on_its_way, upload
from tests.support.acting import STAFF, seeing_all
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_lines_that_are_booked_and_files_that_are_brought_in_at_once_count_once(
    throwaway_store: Any,
) -> None:
    with seeing_all(throwaway_store):
        delivered("A1"), delivered("A2")
        both = [upload("AWB,Amount,UTR", "A1,500,U1", "A2,500,U1", *more) for more in ((), (" ,",))]
    calls = [
        partial(remittances.book_remittance, remittance=made)
        for made in both
        for _press in range(2)
    ]
    answers = run_at_once(throwaway_store, calls)
    assert fails(answers) == []
    with seeing_all(throwaway_store):
        assert RemittanceLine.objects.filter(booked_key__isnull=False).count() == 2
        assert sum(each.total_minor for each in Remittance.objects.all()) == 100_000
        assert balances_by_courier()[0].open_minor == 0
    answers = run_at_once(
        throwaway_store, [lambda: upload("AWB,Amount,UTR", "A1,1,U9") for _ in range(3)]
    )
    assert len(fails(answers)) == 2
    assert all(isinstance(error, RemittanceKnown) for error in fails(answers))


def test_a_buyer_and_staff_decide_at_once(throwaway_store: Any) -> None:
    with seeing_all(throwaway_store):
        DeliverySettings.objects.update_or_create(key="store", defaults={"buyers_answers": "apply"})
        parcel = fulfilment.note_failed_attempt(
            shipment=on_its_way("A1"), reason="unavailable", actor=STAFF
        )
    answers = run_at_once(
        throwaway_store,
        [
            lambda: fulfilment.answer_failed_attempt(shipment=parcel, wish="again", actor=STAFF),
            lambda: fulfilment.answer_failed_attempt(shipment=parcel, wish="again", actor=STAFF),
            lambda: fulfilment.expect_return(shipment=parcel, actor=STAFF),
        ],
    )
    assert all(isinstance(error, DomainError) for error in fails(answers))
    with seeing_all(throwaway_store):
        found = Shipment.objects.get(pk=parcel.pk)
        kinds = list(found.events.values_list("kind", flat=True))
    assert found.state == "returning"  # staff call it back, also when it is on its way again
    assert kinds.count("shipment.buyer_answered") <= 1
    assert kinds.count("shipment.attempt_again") <= 1
    assert kinds.count("shipment.refused") == 1
