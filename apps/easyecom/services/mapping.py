"""What staff map: statuses to their meaning, locations to warehouses."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext

from apps.common.errors import InvalidInput
from apps.easyecom.models import Location, StatusMeaning
from apps.easyecom.services.fetching import apply_again
from apps.easyecom.states import Meaning
from apps.inventory.models import Warehouse
from apps.platform.auditing import audited


def map_status(*, row: StatusMeaning, meaning: Meaning) -> int:
    """From now on the status means that, also for the invoices that have it by now. Returns how many of them are looked at."""
    with transaction.atomic(), audited("easyecom_status.mapped", row):
        locked = StatusMeaning.objects.select_for_update().get(pk=row.pk)
        waiting: Sequence[str] = locked.waiting if meaning != Meaning.UNKNOWN else []
        row.meaning, row.waiting = meaning, [] if waiting else locked.waiting
        row.save(update_fields=["meaning", "waiting"])
    return apply_again(waiting)


def map_location(*, row: Location, warehouse: Warehouse | None) -> Location:
    """Its levels are those of this warehouse from now on. One warehouse is one location: raises `InvalidInput`."""
    taken = Location.objects.filter(warehouse=warehouse).exclude(pk=row.pk)
    if warehouse is not None and taken.exists():
        words = gettext("%(place)s is mapped to it already.") % {"place": taken[0]}
        raise InvalidInput(fields={"warehouse": [words]})
    with audited("easyecom_location.mapped", row):
        row.warehouse, row.times_skipped = warehouse, 0
        row.save(update_fields=["warehouse", "times_skipped"])
    return row
