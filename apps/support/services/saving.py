"""Saves the settings of a store's support desk."""

from django.db import transaction
from django.db.models import F

from apps.common.actor import Actor
from apps.platform.auditing import audited, note
from apps.support.desk import SupportSettings
from apps.tenancy.retrying import repeated_on_deadlock

_OWN = "secret_generation"


def save_support_settings(row: SupportSettings) -> None:
    """Targets hold for tickets that are opened from now on. A secret that was renewed meanwhile stays renewed."""
    with audited("support_settings.changed", row):
        if row._state.adding:
            row.save()
        else:
            names = [each.name for each in row._meta.concrete_fields if not each.primary_key]
            row.save(update_fields=[name for name in names if name != _OWN])


@repeated_on_deadlock
@transaction.atomic
def renew_secret(
    row: SupportSettings, *, generation: int | None = None, actor: Actor | None = None
) -> bool:
    """Another password of the webhook for mail; the old one is refused at once.

    With `generation`, the one that the caller has seen, a second press changes nothing. Returns whether it is another.
    """
    seen = row.secret_generation if generation is None else generation
    rows = SupportSettings.objects.filter(pk=row.pk, secret_generation=seen)
    if not rows.update(secret_generation=F(_OWN) + 1):
        return False
    row.refresh_from_db(fields=[_OWN])
    note("support_settings.secret_renewed", row, actor=actor)
    return True
