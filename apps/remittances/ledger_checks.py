"""Whether the amounts of remittances are the sums of the lines that count."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, Sum

from apps.platform.ledgers import LedgerDifference, checks_ledger, started_after
from apps.remittances.models import Remittance
from apps.remittances.states import RemittanceState


@checks_ledger
def check_remittances(since: datetime | None) -> Iterator[LedgerDifference]:
    """One statement."""
    booked = Remittance.objects.filter(state=RemittanceState.BOOKED).order_by("pk")
    counts = Q(lines__booked_key__isnull=False)
    rows = started_after(booked, since, "created_at").annotate(
        counted=Sum("lines__amount_minor", filter=counts)
    )
    for row in rows.iterator():
        if row.total_minor != (row.counted or 0):
            yield LedgerDifference(
                str(row), "total_minor", row.total_minor, row.counted or 0, "lines"
            )
