"""Settings of ClickPost, and the meaning of its codes."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext

from apps.clickpost.codes import forget_codes
from apps.clickpost.models import ClickPostSettings, FollowedParcel, StatusCode
from apps.clickpost.services.tracking import reapply
from apps.clickpost.states import Booker
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Code, cleans_text
from apps.fulfilment.states import ScanStatus
from apps.platform.auditing import audited
from apps.tenancy.transactions import atomic_at_home


@cleans_text
def map_code(*, row: StatusCode, status: Annotated[str, Code(20)]) -> int:
    """Say what a code means. Parcels of which it is the newest news follow at once; scans that were recorded stay as they
    were read. How many parcels. Raises `InvalidInput`."""
    if status not in ScanStatus.values:
        raise InvalidInput(fields={"status": [gettext("This is not one of the choices.")]})
    with atomic_at_home():
        locked = StatusCode.objects.select_for_update().get(pk=row.pk)
        with audited("clickpost_code.changed", locked):
            locked.status, locked.is_mapped = status, True
            locked.save(update_fields=["status", "is_mapped"])
    forget_codes()
    open_parcels = FollowedParcel.objects.filter(last_code=row.code, is_over=False)
    return reapply(list(open_parcels.values_list("pk", flat=True)), row.code)


def begin_automatic(settings: ClickPostSettings, before: Mapping[str, Any]) -> None:
    """The settings as they are saved: orders from now on are booked by themselves, earlier ones by staff."""
    if settings.booker != Booker.ITSELF:
        settings.automatic_since = None
    elif before.get("booker") != Booker.ITSELF or settings.automatic_since is None:
        settings.automatic_since = now()
