"""Where the refunds of an order go: to the bank, into the buyer's hand, to cards or store credit."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from apps.gateways.installed import GIFT_CARD, STORE_CREDIT
from apps.orders.models import Order
from apps.payments.models import Refund
from apps.payments.selectors import RefundSums
from apps.payments.states import RefundState, RefundTo


class PlaceKind(StrEnum):
    """The order of the sentences about them."""

    BANK = "bank"
    CASH = "cash"
    CARD = "card"
    CREDIT = "credit"
    NEW_CARD = "new_card"
    NEW_CREDIT = "new_credit"


@dataclass(frozen=True)
class RefundPlace:
    """`last_four` is the end of a gift card's code."""

    kind: PlaceKind
    last_four: str
    done_minor: int
    waiting_minor: int


def list_refund_places(order: Order, refunds: RefundSums) -> list[RefundPlace]:
    """The sums of `refunds`, by place, without money that pays another order. One query where something went back.

    What came beyond the order's amount goes back first, and is no part of them.
    """
    if not refunds.all_minor:
        return []
    rows = Refund.objects.filter(payment__order_id=order.pk).exclude(state=RefundState.FAILED)
    done: Counter[tuple[PlaceKind, str]] = Counter()
    waiting: Counter[tuple[PlaceKind, str]] = Counter()
    whole = 0
    for refund in rows.select_related("payment").order_by("created_at", "id"):
        whole += refund.amount_minor
        if not refund.pays_order:
            sums = done if refund.state == RefundState.SUCCEEDED else waiting
            sums[_place_of(refund)] += refund.amount_minor
    beyond = whole - refunds.all_minor
    kinds = list(PlaceKind)
    places = sorted({*done, *waiting}, key=lambda place: (kinds.index(place[0]), place[1]))
    return list(_without(beyond, [(*each, done[each], waiting[each]) for each in places]))


def _place_of(refund: Refund) -> tuple[PlaceKind, str]:
    payment = refund.payment
    if refund.destination == RefundTo.GIFT_CARD:
        return PlaceKind.NEW_CARD, ""
    if refund.destination == RefundTo.STORE_CREDIT:
        return PlaceKind.NEW_CREDIT, ""
    if payment.gateway == GIFT_CARD:
        return PlaceKind.CARD, payment.last_four
    if payment.gateway == STORE_CREDIT:
        return PlaceKind.CREDIT, ""
    return (PlaceKind.CASH if payment.pays_on_delivery else PlaceKind.BANK), ""


def _without(beyond: int, places: list[tuple[PlaceKind, str, int, int]]) -> Iterator[RefundPlace]:
    for kind, last_four, done, waiting in places:
        of_done = min(beyond, done)
        of_waiting = min(beyond - of_done, waiting)
        beyond -= of_done + of_waiting
        if done + waiting > of_done + of_waiting:
            yield RefundPlace(kind, last_four, done - of_done, waiting - of_waiting)
