"""Staff get one mail when a system falls silent or refuses the credentials, and one when it is heard again."""

from apps.common.clock import now
from apps.inbox.selectors import last_received_by_source
from apps.integrations.mails import mail_incident
from apps.integrations.models import Integration
from apps.integrations.selectors import read_saved
from apps.integrations.silence import Silence
from apps.integrations.values import Incident
from apps.platform.outside_checks import Limits
from apps.tenancy.context import current_store
from apps.tenancy.transactions import atomic_at_home


def watch_connections() -> int:
    """How many incidents began or ended. Repeatable, and at once: a row is decided about under its lock. A sandbox is connected
    to nothing; one that is paused, or has no credentials yet, is not expected to be heard."""
    if current_store().is_sandbox:
        return 0
    rows = list(Integration.objects.filter(is_active=True).order_by("kind", "environment"))
    if not rows:
        return 0
    silence = Silence(last_received_by_source(), Limits())
    return sum(_watch(row, silence) for row in rows)


def _watch(row: Integration, silence: Silence) -> bool:
    found = _incident_of(row, silence)
    if found == row.incident or (not row.incident and not read_saved(row)):
        return False
    with atomic_at_home():
        locked = Integration.objects.select_for_update().filter(pk=row.pk, is_active=True).first()
        if locked is None or locked.incident != row.incident:
            return False  # another process was faster
        began = now() if found else locked.incident_at or now()
        locked.incident, locked.incident_at = found, began if found else None
        locked.save(update_fields=["incident", "incident_at"])
        since = silence.last_heard(row) if found else began
        mail_incident(locked, found, began=began, since=since)
    return True


def _incident_of(row: Integration, silence: Silence) -> str:
    """An incident stays what it is until it is over: of one that is silent until something was heard since, also where the
    store has ceased to wait; of one that refuses until a call worked."""
    if row.incident == Incident.REFUSED:
        return Incident.REFUSED if row.is_refused else ""
    if row.incident == Incident.SILENT:
        is_heard = row.incident_at is None or silence.last_heard(row) > row.incident_at
        return "" if is_heard else Incident.SILENT
    if row.is_refused:
        return Incident.REFUSED
    return Incident.SILENT if silence.covers(row) else ""
