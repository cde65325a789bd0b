"""Saves the settings of a store's support desk."""

from apps.platform.auditing import audited, note
from apps.support.desk import SupportSettings


def save_support_settings(row: SupportSettings) -> None:
    """Targets hold for tickets that are opened from now on."""
    with audited("support_settings.changed", row):
        row.save()


def renew_secret(row: SupportSettings) -> None:
    """Another password of the webhook for mail; the old one is refused at once."""
    row.secret_generation += 1
    row.save(update_fields=["secret_generation"])
    note("support_settings.secret_renewed", row)
