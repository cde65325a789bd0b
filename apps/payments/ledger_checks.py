"""Whether payments add up, and whether gift cards and store credit booked what the payments with them say."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.gateways.exchange import ReturnedGoods
from apps.gateways.installed import STORED_VALUE
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import Entry, GiftCardEntry, StoreCreditEntry
from apps.payments.checking import check_money
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState, RefundTo
from apps.platform.ledgers import LedgerDifference, checks_ledger, in_portions, started_after

_ENTRIES = (GiftCardEntry, StoreCreditEntry)
_KEPT = "refund-"
_BOOKED = "entries of cards and credit"


@checks_ledger
def check_payments(since: datetime | None) -> Iterable[LedgerDifference]:
    return check_money(since)


@checks_ledger
def check_spent(since: datetime | None) -> Iterator[LedgerDifference]:
    """Each payment with stored value took its amount from a card or credit, and each amount taken is a payment."""
    paid = Payment.objects.filter(gateway__in=STORED_VALUE).select_related("order").order_by("pk")
    for some in in_portions(started_after(paid, since, "created_at")):
        booked = _booked(EntryKind.SPENT, [str(each.pk) for each in some])
        for payment in some:
            taken = -booked.get(str(payment.pk), 0)
            if taken != payment.captured_minor:
                yield _of_order(payment, "paid with stored value", payment.captured_minor, taken)
    for entries in _entries(EntryKind.SPENT, since):
        known = Payment.objects.in_bulk(list(_ids_of(entries)))
        for entry in entries:
            if _id_of(entry.cause) not in known:
                yield _of_entry(entry, 0, "payments")


@checks_ledger
def check_given_back(since: datetime | None) -> Iterator[LedgerDifference]:
    """Each refund that ended on a card or credit is booked there once, and nothing else is."""
    ended = Refund.objects.filter(state=RefundState.SUCCEEDED, pays_order="").order_by("pk")
    rows = ended.select_related("payment__order").exclude(
        Q(destination=RefundTo.SOURCE)
        & ~Q(payment__gateway__in=(*STORED_VALUE, ReturnedGoods.code))
    )
    for some in in_portions(started_after(rows, since, "created_at")):
        expected = {_cause_of(each): each for each in some if _is_stored(each)}
        booked = _booked(EntryKind.GIVEN_BACK, expected)
        booked |= _booked(EntryKind.REFUNDED_TO, expected)
        for cause, refund in expected.items():
            if booked.get(cause, 0) != refund.amount_minor:
                yield _of_order(refund.payment, "refund", refund.amount_minor, booked.get(cause, 0))
    for kind in (EntryKind.GIVEN_BACK, EntryKind.REFUNDED_TO):
        for entries in _entries(kind, since):
            asked = Refund.objects.exclude(state=RefundState.FAILED)
            known = asked.in_bulk(list(_ids_of(entries)))
            for entry in entries:
                asked_for = known.get(_id_of(entry.cause))
                amount = asked_for.amount_minor if asked_for is not None else 0
                if amount != entry.amount_minor:
                    yield _of_entry(entry, amount, "refunds")


def _is_stored(refund: Refund) -> bool:
    """Whether it ended on a card or credit. One query for what pays an exchange: its money has another payment."""
    if refund.destination != RefundTo.SOURCE:
        return True
    payment = refund.payment
    while payment.gateway == ReturnedGoods.code:
        payment = Payment.objects.get(pk=UUID(payment.gateway_ref))
    return payment.gateway in STORED_VALUE


def _cause_of(refund: Refund) -> str:
    is_kept = refund.destination != RefundTo.SOURCE
    return f"{_KEPT}{refund.pk}" if is_kept else str(refund.pk)


def _booked(kind: EntryKind, causes: Iterable[str]) -> dict[str, int]:
    """Amounts by cause. Two queries."""
    found: dict[str, int] = {}
    for entries in _ENTRIES:
        rows: Any = entries._default_manager.filter(kind=kind, cause__in=list(causes))
        for cause, amount in rows.values_list("cause", "amount_minor"):
            found[cause] = found.get(cause, 0) + amount
    return found


def _entries(kind: EntryKind, since: datetime | None) -> Iterator[list[Entry]]:
    for entries in _ENTRIES:
        rows: Any = entries._default_manager.filter(kind=kind).order_by("pk")
        yield from in_portions(started_after(rows, since, "created_at"))


def _ids_of(entries: Iterable[Entry]) -> Iterator[UUID]:
    for entry in entries:
        if (found := _id_of(entry.cause)) is not None:
            yield found


def _id_of(cause: str) -> UUID | None:
    try:
        return UUID(cause.removeprefix(_KEPT))
    except ValueError:
        return None


def _of_entry(entry: Entry, expected: int, source: str) -> LedgerDifference:
    name = entry.order_number or entry.cause
    return LedgerDifference(name, EntryKind(entry.kind).value, entry.amount_minor, expected, source)


def _of_order(payment: Payment, counter: str, counted: int, expected: int) -> LedgerDifference:
    order = payment.order
    return LedgerDifference(order.number, counter, counted, expected, _BOOKED, order.pk)
