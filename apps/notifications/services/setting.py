"""The store's choices about all its mails."""

from apps.common.text import clean_block
from apps.notifications.models import MailSettings
from apps.platform.auditing import audited
from apps.tenancy.transactions import atomic_at_home

_MOST: int = 600


def save_mail_settings(row: MailSettings) -> None:
    """Raises `NotText`. Consent that was given before keeps counting."""
    row.imprint = clean_block(row.imprint, most=_MOST)
    with audited("mail_settings.changed", row), atomic_at_home():
        row.save()
