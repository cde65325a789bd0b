"""What staff have to look at, because the two sides differ; and orders that look cancelled at EasyEcom."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from apps.common.clock import now
from apps.easyecom.models import PushedOrder
from apps.easyecom.payload import summary_of
from apps.easyecom.services.moving import changing, move
from apps.easyecom.states import KEPT_THERE, PushState
from apps.orders.models import Order
from apps.platform.auditing import note

# EasyEcom cancels an invoice and makes another one in its place; so long it has for that.
LOOKED_AT_AFTER: Final = timedelta(minutes=10)
_S: Final = PushState


def note_cancelled_there(order: Order) -> str:
    """An invoice of it is cancelled there. Money may go back by it, so EasyEcom is asked once more, some minutes later."""
    if order.is_cancelled:
        return ""
    row = PushedOrder.objects.filter(order=order).first()
    if row is None:
        PushedOrder.objects.bulk_create(
            [PushedOrder(order=order, state=_S.SENT, sent_at=now())], ignore_conflicts=True
        )
        row = PushedOrder.objects.get(order=order)
    with changing(row.pk) as locked:
        if locked.state == _S.SENT:
            move(locked, _S.CHECKING, due_at=now() + LOOKED_AT_AFTER)
    return gettext(
        "An invoice is cancelled there; EasyEcom is asked about the order in some minutes."
    )


def note_changed_here(order_id: UUID) -> None:
    """The order was changed after it was sent. What is still to be sent is sent as it is by then."""
    row = PushedOrder.objects.select_related("order").filter(order_id=order_id).first()
    if row is None or row.state not in (*KEPT_THERE, _S.QUEUED) or not row.sent:
        return
    wanted = summary_of(row.order, row.order.lines.order_by("position"))
    if wanted == row.sent:
        return
    with changing(row.pk) as locked:
        locked.doubt = _words_of_change(row.sent.get("pieces", {}), wanted["pieces"])


def _words_of_change(sent: dict[str, int], wanted: dict[str, int]) -> str:
    changes = [
        f"{sku}: {sent.get(sku, 0)} → {wanted.get(sku, 0)}"
        for sku in sorted({*sent, *wanted})
        if sent.get(sku, 0) != wanted.get(sku, 0)
    ]
    what = ", ".join(changes) or gettext("the address")
    words = gettext(
        "The order was changed after it was sent (%(what)s). Change it at EasyEcom, too."
    )
    return (words % {"what": what})[:300]


def end_doubt(*, row: PushedOrder) -> PushedOrder:
    """Staff have looked, and both sides are the same. Repeatable."""
    with changing(row.pk) as locked:
        if locked.doubt:
            order = locked.order
            locked.sent = summary_of(order, order.lines.order_by("position"))
            note("easyecom_order.looked_at", locked, before={"doubt": locked.doubt})
            locked.doubt = ""
    return locked
