"""Tables of stock that are neither applied nor refused."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.inventory import services
from apps.inventory.models import StockImport
from apps.inventory.states import StockImportState
from apps.inventory.tasks import import_soon
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states, stuck_before

_WORKING: Final = (StockImportState.CHECKING, StockImportState.APPLYING)


def _stuck() -> QuerySet[StockImport]:
    rows = StockImport.objects.filter(state__in=_WORKING, moved_at__lt=stuck_before())
    return rows.order_by("moved_at", "id")


def _describe(batch: StockImport) -> DeadEnd:
    return DeadEnd(
        key=str(batch.pk),
        what=gettext("Table of stock: %(name)s") % {"name": batch.name},
        since=batch.moved_at,
        why=batch.failure or gettext("It does not go on. Its page has a button to stop it."),
    )


def _try_again(batch: StockImport, actor: Actor) -> None:
    services.try_import_again(batch=batch)
    import_soon()


dead_end(
    Kind(
        code="inventory.import",
        title=_("Tables of stock that do not go on"),
        button=_("Try again"),
        found=Rows(_stuck),
        describe=_describe,
        resolve=_try_again,
        sees="inventory.view_stockimport",
        needs="inventory.change_stockimport",
        covers=states(*_WORKING),
    )
)
