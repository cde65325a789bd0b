"""Which of two states of a parcel is the newer one."""

from datetime import datetime, timedelta
from typing import Final

from apps.clickpost.codes import meaning_of
from apps.clickpost.models import FollowedParcel
from apps.clickpost.reading import Seen
from apps.common.clock import now
from apps.fulfilment.states import ScanStatus

_S = ScanStatus
# Of states of the same second the later one in this order is the newer one.
RANKS: Final = {status: rank for rank, status in enumerate((
    _S.OTHER, _S.BOOKED, _S.CANCELLED, _S.PICKUP_FAILED, _S.PICKED_UP, _S.IN_TRANSIT, _S.DELAYED, _S.OUT_FOR_DELIVERY,
    _S.FAILED, _S.DAMAGED, _S.LOST, _S.RETURNING, _S.RETURNED, _S.DELIVERED,
))}  # fmt: skip
# A carrier's clock may be ahead; a time further on is a mistake, and would keep out all that is newer.
_AHEAD: Final = timedelta(days=1)


def moment_of(seen: Seen) -> datetime | None:
    """When it was. None for what can't be believed."""
    at = seen.at
    return None if at is None or not seen.code or at > now() + _AHEAD else at


def is_newer(parcel: FollowedParcel, latest: Seen) -> bool:
    """Whether it is later than what was applied to the parcel."""
    at = moment_of(latest)
    if at is None:
        return False
    status, _is_known = meaning_of(latest.code, latest.bucket)
    return parcel.last_at is None or (at, RANKS[status]) > (parcel.last_at, parcel.rank)
