"""Orders that go no further between here and EasyEcom."""

from collections.abc import Callable
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.easyecom import services as easyecom
from apps.easyecom.models import PushedOrder
from apps.easyecom.starting import start_pushing
from apps.easyecom.states import DUE_STATES, PushState
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states
from apps.tenancy.context import current_store

_SEES: Final = "orders.view_order"
_NEEDS: Final = "orders.change_order"
_MANY: Final = 6  # attempts: half an hour


def _rows(**found: object) -> QuerySet[PushedOrder]:
    """A sandbox sends nothing."""
    rows = PushedOrder.objects.filter(**found).select_related("order").order_by("created_at", "id")
    return rows.none() if current_store().is_sandbox else rows


def _stuck() -> QuerySet[PushedOrder]:
    return _rows(state__in=DUE_STATES, attempts__gte=_MANY)


def _describe(row: PushedOrder) -> DeadEnd:
    words = gettext("Order %(number)s at EasyEcom") % {"number": row.order.number}
    why = row.last_error or gettext("It was not done at several attempts.")
    return DeadEnd(str(row.pk), words, row.created_at, why, row.order_id)


def _describe_doubt(row: PushedOrder) -> DeadEnd:
    words = gettext("Order %(number)s at EasyEcom") % {"number": row.order.number}
    return DeadEnd(str(row.pk), words, row.updated_at, row.doubt, row.order_id)


def _then_push(service: Callable[[PushedOrder], object]) -> Callable[[PushedOrder, Actor], None]:
    def resolve(row: PushedOrder, actor: Actor) -> None:
        service(row)
        start_pushing()

    return resolve


dead_end(
    Kind(
        code="easyecom.refused",
        title=_("Orders that EasyEcom does not take"),
        button=_("Push again"),
        found=Rows(lambda: _rows(state=PushState.REFUSED)),
        describe=_describe,
        resolve=_then_push(lambda row: easyecom.push_again(order=row.order)),
        sees=_SEES,
        needs=_NEEDS,
        covers=states(PushState.REFUSED),
    )
)
dead_end(
    Kind(
        code="easyecom.stayed",
        title=_("Cancelled orders that EasyEcom may still send"),
        button=_("Cancel there again"),
        found=Rows(lambda: _rows(state=PushState.STAYED)),
        describe=_describe,
        resolve=_then_push(lambda row: easyecom.cancel_again(order=row.order)),
        sees=_SEES,
        needs=_NEEDS,
        covers=states(PushState.STAYED),
    )
)
dead_end(
    Kind(
        code="easyecom.stuck",
        title=_("Orders that wait for EasyEcom"),
        button=_("Try now"),
        found=Rows(_stuck),
        describe=_describe,
        resolve=_then_push(lambda row: easyecom.try_now(row=row)),
        sees=_SEES,
        needs=_NEEDS,
        covers=states(*DUE_STATES),
    )
)
dead_end(
    Kind(
        code="easyecom.doubt",
        title=_("Orders that differ at EasyEcom"),
        button=_("Both are the same now"),
        found=Rows(lambda: _rows(doubt__gt="")),
        describe=_describe_doubt,
        resolve=lambda row, actor: easyecom.end_doubt(row=row),
        sees=_SEES,
        needs=_NEEDS,
    )
)
