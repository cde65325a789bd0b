"""Alerts of low stock: each crossing of a threshold once, collected into one mail."""

from datetime import timedelta
from typing import Annotated, Final

from django.db.models import F, Q
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.text import NotText
from apps.common.typed_text import Block, cleans_text
from apps.common.web import clean_email
from apps.content.letterheads import letterhead_of
from apps.events import services as events
from apps.inventory.models import StockAlertSettings, StockItem
from apps.inventory.selectors import get_stock_alerts, list_low_stock
from apps.notifications import services as notifications
from apps.platform.auditing import audited
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store
from apps.tenancy.shown_tables import changing_nothing_shown

MOST_ADDRESSES: Final = 10
_MOST_NAMED: Final = 50
_LEFT: Final = F("on_hand") - F("reserved") - F("allocated")


@cleans_text
def save_stock_alerts(
    *,
    settings: StockAlertSettings,
    addresses: Annotated[str, Block(3_000)],
    minutes: int,
    offers_notices: bool,
) -> StockAlertSettings:
    """Raises `InvalidInput` at the field for an address that can't receive mail."""
    with audited("stock_alerts.changed", settings):
        settings.addresses = "\n".join(_read_addresses(addresses))
        settings.minutes, settings.offers_notices = minutes, offers_notices
        names = ["addresses", "minutes", "offers_notices"]
        settings.save(update_fields=None if settings._state.adding else names)
    return settings


def _read_addresses(text: str) -> list[str]:
    found: list[str] = []
    for line in text.replace(",", "\n").replace(";", "\n").splitlines():
        try:
            address = clean_email(line.strip()) if line.strip() else ""
        except NotText:
            address = ""
        if line.strip() and not address:
            sentence = gettext("%(line)s is not an e-mail address.") % {"line": line.strip()[:80]}
            raise InvalidInput(sentence, fields={"addresses": [sentence]})
        if address and address not in found:
            found.append(address)
    if len(found) > MOST_ADDRESSES:
        sentence = gettext("At most %(most)s addresses.") % {"most": MOST_ADDRESSES}
        raise InvalidInput(sentence, fields={"addresses": [sentence]})
    return found


def alert_low_stock() -> int:
    """Mail what has run low since the last mail; an item is named again only after it was above its threshold. Two
    statements when nothing has changed. Returns how many items were mailed."""
    with changing_nothing_shown():
        StockItem.objects.filter(
            Q(low_stock_at__isnull=True) | Q(low_stock_at__lt=_LEFT), low_noted_at__isnull=False
        ).update(low_noted_at=None)
    if not list_low_stock().filter(low_noted_at__isnull=True).exists():
        return 0
    return _mail() if get_stock_alerts().addresses else 0


def _mail() -> int:
    with events.transaction_with_wake_up():
        settings = StockAlertSettings.objects.select_for_update().get(key="store")
        moment = now()
        if settings.mailed_at and moment < settings.mailed_at + timedelta(minutes=settings.minutes):
            return 0  # a later sweep
        low = list(list_low_stock().filter(low_noted_at__isnull=True))
        if not low:
            return 0
        with changing_nothing_shown():
            rows = StockItem.objects.filter(pk__in=[item.pk for item in low])
            rows.update(low_noted_at=moment)
        settings.mailed_at, settings.mail_count = moment, settings.mail_count + 1
        with changing_nothing_shown():
            settings.save(update_fields=["mailed_at", "mail_count"])
        for place, address in enumerate(settings.addresses.splitlines()):
            _write(low, address, f"low_stock:{settings.mail_count}:{place}")
    return len(low)


def _write(low: list[StockItem], address: str, message_ref: str) -> None:
    store = get_store(current_store().id)
    notifications.send_mail_to(
        to=address,
        template="low_stock",
        context={
            "items": [
                {
                    "sku": item.sku,
                    "warehouse": item.warehouse.name,
                    "left": str(item.available),
                    "limit": str(item.low_stock_at),
                }
                for item in low[:_MOST_NAMED]
            ],
            "more": max(len(low) - _MOST_NAMED, 0),
            "url": store_url(store, "/admin/inventory/stockitem/?stock=low"),
        },
        language=current_store().language,
        message_ref=message_ref,
        letterhead=letterhead_of(store, with_contact=False),
    )
