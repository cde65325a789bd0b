"""What `check_integrations` finds of parcels that ClickPost says something else of, and what repairs it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.clickpost.codes import meaning_of
from apps.clickpost.kind import ClickPost
from apps.clickpost.models import FollowedParcel
from apps.common.clock import moved_to, now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import ShipmentState
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations.checking import Limits, Trouble, check_outside
from apps.integrations.documents import ClickPostOrder
from apps.tenancy.context import use_store
from tests.clickpost.desk import booked, books_itself, followed, hear, sold
from tests.fulfilment.parcels import CASH
from tests.support.acting import STAFF
from tests.support.document_commands import recorded_commands
from tests.support.statements import count_statements
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db
_P = ShipmentState


@pytest.fixture
def later() -> Iterator[None]:
    """What came just now may wait; two hours later it is late."""
    with moved_to(now() + timedelta(hours=2)):
        yield


def found(kind: str = "differs") -> list[Trouble]:
    troubles = [one for one in check_outside(Limits()) if one.system == "clickpost"]
    return [one for one in troubles if one.kind == kind]


def repair(trouble: Trouble) -> int:
    assert trouble.repair is not None
    return trouble.repair()


def state_of(parcel: Shipment) -> str:
    parcel.refresh_from_db()
    return parcel.state


def hear_without_effect(desk: ClickPostVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are written; then the process dies, and the message is lost."""
    with monkeypatch.context() as patch:
        patch.setattr(ClickPost, "apply", lambda *_all: "")
        hear(desk)
    InboxMessage.objects.update(state="dead")


def test_news_that_was_not_applied_is_found_and_applied(
    desk: ClickPostVendor, other_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    books_itself()
    parcels = [booked(sold(payment_method=CASH)) for _ in range(4)]
    for row, _parcel in parcels:
        desk.deliver_parcel(row.reference)
    hear_without_effect(desk, monkeypatch)
    FollowedParcel.objects.filter(shipment=parcels[3][1]).delete()  # nor was it followed
    desk.pick_up(parcels[0][0].reference)  # an older scan: no news
    assert found() == [], "it may still be on its way through the inbox"
    with moved_to(now() + timedelta(hours=2)):
        [lost] = found()
        assert (lost.count, lost.is_bad) == (4, True)
        assert lost.what.count(", ") == 3, "the first three are named"
        with use_store(other_store):
            assert found() == []
        assert repair(lost) == 4
        assert {state_of(parcel) for _row, parcel in parcels} == {_P.DELIVERED}
        assert found() == []
        assert repair(lost) == 0
    assert all(followed(parcel).is_over for _row, parcel in parcels)


def test_a_state_that_people_chose_stays_until_the_carrier_has_news(
    desk: ClickPostVendor, later: None
) -> None:
    books_itself()
    row, parcel = booked(sold(payment_method=CASH))
    desk.deliver_parcel(row.reference)
    hear(desk)
    fulfilment.undo_delivery(shipment=parcel, actor=STAFF)
    with moved_to(now() + timedelta(hours=4)):
        [differing] = found()
        assert "in another state there" in differing.what
        assert repair(differing) == 0
        assert state_of(parcel) == _P.SHIPPED
        assert desk.count("/track-order/") == 1
        desk.turn_back(row.reference)
        desk.waiting.clear()  # its webhook is lost
        assert repair(found()[0]) == 1
        assert (state_of(parcel), found()) == (_P.RETURNING, [])
    assert ParcelReturn.objects.get().state == "expected"


def test_a_delivery_that_the_carrier_reports_later_is_no_fault(
    desk: ClickPostVendor, later: None
) -> None:
    books_itself()
    row, parcel = booked(sold())
    desk.pick_up(row.reference)
    hear(desk)
    fulfilment.mark_delivered(shipment=parcel, actor=STAFF)
    with moved_to(now() + timedelta(hours=4)):
        [early] = found()
        assert (early.count, early.is_bad) == (1, False)
        desk.deliver_parcel(row.reference)
        desk.waiting.clear()
        assert repair(early) == 1
        assert found() == []


def test_parcels_are_compared_in_as_many_reads_as_one(desk: ClickPostVendor) -> None:
    books_itself()

    def reads() -> tuple[int, int]:
        meaning_of("8")  # kept in memory for some seconds
        statements: list[str] = []
        with recorded_commands() as commands, count_statements(statements):
            assert len(found()) == 1
        return len(statements), sum(sent.file.endswith("comparing.py") for sent in commands)

    def deliver_unheard() -> None:
        row, _parcel = booked(sold(quantity=1))
        desk.deliver_parcel(row.reference)
        with pytest.MonkeyPatch.context() as patch:
            hear_without_effect(desk, patch)

    deliver_unheard()
    with moved_to(now() + timedelta(hours=2)):
        first = reads()
    for _ in range(3):
        deliver_unheard()
    with moved_to(now() + timedelta(hours=2)):
        assert reads() == first
    assert inbox.handle_due() == 0
    assert ClickPostOrder.objects.count() == 4
