"""How many parcels never reached a buyer or a postal code: for the desk of parcels, and before a parcel leaves."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext, ngettext

from apps.common.json_text import json_text
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import ReturnKind, ReturnState
from apps.orders.models import Order
from apps.orders.states import AWAITS_CASH

MANY_OF_CODE: Final = 3


@dataclass(frozen=True)
class Waiting:
    """A parcel, and how many parcels of its buyer and of its postal code never arrived before, without its own order's."""

    row: Shipment
    of_buyer: int
    of_code: int

    @property
    def facts(self) -> str:
        attempts = self.row.failed_attempts
        words = ngettext(
            "%(attempts)s failed attempt", "%(attempts)s failed attempts", attempts
        ) % {"attempts": attempts}
        said = [
            self.row.get_failure_reason_display(),
            words if attempts else "",
            self.row.carrier,
            self.row.tracking_number,
        ]
        return " · ".join(str(each) for each in said if each)


def with_counts(rows: Sequence[Shipment]) -> list[Waiting]:
    """Parcels with what never arrived before: two statements. Fetch `order__returns` with them."""
    if not rows:
        return []
    emails = _counted(Q(order__email__in={row.order.email for row in rows}), "email")
    codes = _counted(Q(code__in=_codes(rows)), "code")
    return [_without_own(row, emails, codes) for row in rows]


def _without_own(row: Shipment, emails: Counter[str], codes: Counter[str]) -> Waiting:
    order = row.order
    own = sum(
        each.kind == ReturnKind.UNDELIVERED and each.state != ReturnState.CANCELLED
        for each in order.returns.all()
    )
    code = _code_of(order)
    return Waiting(row, emails[order.email] - own, codes[code] - own if code else 0)


def undelivered_signs(order: Order) -> list[str]:
    """For staff, before a parcel leaves whose cash is due: what never reached this buyer or postal code before."""
    if order.payment_state not in AWAITS_CASH or not order.needs_shipping:
        return []
    of_buyer, of_code = count_never_delivered(order)
    signs = []
    if of_buyer:
        sentence = gettext("%(count)s earlier parcels never reached this e-mail address.")
        signs.append(sentence % {"count": of_buyer})
    if of_code >= MANY_OF_CODE:
        sentence = gettext("%(count)s earlier parcels never reached this postal code.")
        signs.append(sentence % {"count": of_code})
    return signs


def count_never_delivered(order: Order) -> tuple[int, int]:
    """Parcels that never reached this buyer, and this postal code, not counting the order's own: one statement."""
    rows = _never_delivered().exclude(order=order)
    code = _code_of(order)
    sums = rows.aggregate(
        buyer=Count("id", filter=Q(order__email=order.email)),
        codes=Count("id", filter=Q(code=code) if code else Q(pk=None)),
    )
    return sums["buyer"], sums["codes"]


def _never_delivered() -> QuerySet[ParcelReturn]:
    return (
        ParcelReturn.objects.filter(kind=ReturnKind.UNDELIVERED)
        .exclude(state=ReturnState.CANCELLED)
        .alias(code=json_text("order__shipping_address", "postal_code"))
    )


def _counted(which: Q, by: str) -> Counter[str]:
    """Parcels that came back or are coming back."""
    column = F("order__email") if by == "email" else F("code")
    rows = _never_delivered().filter(which).values_list(column)
    return Counter(dict(rows.annotate(count=Count("id")).order_by()))


def _codes(rows: Iterable[Shipment]) -> set[str]:
    return {code for row in rows if (code := _code_of(row.order))}


def _code_of(order: Order) -> str:
    return str(order.shipping_address.get("postal_code") or "")
