"""Repairs of what `comparing` finds: news that was not applied, and parcels whose state is another one there."""

from datetime import datetime

from apps.clickpost.comparing import Unapplied, contradicting, delivered_early, unapplied_news
from apps.clickpost.services.adopting import follow
from apps.clickpost.services.polling import ask_about
from apps.inbox import services as inbox
from apps.platform.sweeps import do_each


def apply_lost_news(*, before: datetime) -> int:
    """Apply the news of documents that parcels do not have. How many parcels got some. Repeatable."""
    return do_each(list(unapplied_news(before=before)), _apply)


def _apply(found: Unapplied) -> bool:
    follow(shipment=found.shipment, waybill=found.waybill, news=None, earlier=found.news)
    return True


def ask_where_they_are(*, before: datetime) -> int:
    """Ask ClickPost about parcels that differ, and handle its answers. How many differ no more.

    An answer that says what was known changes nothing: what people decided here stays until the carrier has news.
    """
    counted = _differing(before)
    for rows in (contradicting(before=before), delivered_early(before=before)):
        ask_about(rows)
    while inbox.handle_due():
        pass
    return counted - _differing(before)


def _differing(before: datetime) -> int:
    return contradicting(before=before).count() + delivered_early(before=before).count()
