"""Bodies expire: they have names and addresses of buyers. The rows stay, so that an old message is never handled twice."""

from apps.common.clock import now
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState

_STEP = 500


def forget_bodies() -> int:
    """Remove bodies, headers and repaired copies of old messages that do not wait, some hundreds at a time."""
    old = InboxMessage.objects.filter(forget_at__lt=now()).exclude(state=InboxState.WAITING)
    ids = list(old.order_by("forget_at").values_list("pk", flat=True)[:_STEP])
    if not ids:
        return 0
    expired = InboxMessage.objects.filter(pk__in=ids)
    return expired.update(body=None, headers={}, repaired=None, forget_at=None)
