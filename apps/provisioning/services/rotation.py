"""Rotation of keys: encrypts everything again under the first of `CREDENTIALS_KEYS`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext, gettext_noop

from apps.common.progress import Progress, ignore_progress
from apps.platform.auditing import note
from apps.platform.crypto import EncryptedJSONField, Sealed
from apps.platform.errors import CredentialsUnreadable
from apps.tenancy.routers import Home, home_of
from apps.tenancy.transactions import atomic_on_platform

PORTION = 200


@dataclass(frozen=True)
class SealedPlace:
    """One encrypted value of one row."""

    model: type[models.Model]
    field: str
    pk: Any
    sealed: Sealed

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name} {self.pk}"


def list_sealed() -> Iterator[SealedPlace]:
    """Every encrypted value of the master database, in portions."""
    for model in apps.get_models():
        if home_of(model) is not Home.PLATFORM:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedJSONField):
                rows = model._default_manager.exclude(**{f"{field.name}__isnull": True})
                for pk, sealed in rows.values_list("pk", field.name).iterator(chunk_size=PORTION):
                    yield SealedPlace(model, field.name, pk, sealed)


def count_sealed() -> int:
    """How many there are. Raises `CredentialsUnreadable`, naming some, when a key is missing for any of them."""
    count, closed = 0, []
    for place in list_sealed():
        count += 1
        if not place.sealed.is_readable:
            closed.append(str(place))
    if closed:
        some = ", ".join(closed[:3])
        raise CredentialsUnreadable(
            gettext(
                "%(closed)s of %(count)s credentials were written under a key that is not in "
                "CREDENTIALS_KEYS (%(some)s). Nothing was changed. Put the missing key back, behind "
                "the new one."
            )
            % {"closed": len(closed), "count": count, "some": some}
        )
    return count


def rotate_credentials(watch: Progress = ignore_progress) -> int:
    """Encrypt everything with the newest key. Returns the number of values that had an older one.

    Each row has its own transaction, so an interrupted run is repeated. Raises `CredentialsUnreadable`
    before anything is touched. `watch` is called after every value.
    """
    total, count = count_sealed(), 0
    for done, place in enumerate(list_sealed(), start=1):
        count += _rotate(place)
        watch(min(1.0, done / total), gettext_noop("Encrypting credentials again"))
    note("credentials.key_rotated", "credentials", after={"written": count})
    return count


def _rotate(place: SealedPlace) -> bool:
    """Under a lock: another process may be saving other credentials in the same row."""
    if place.sealed.is_under_newest_key:
        return False
    rows = place.model._default_manager
    with atomic_on_platform():
        locked = rows.select_for_update().filter(pk=place.pk).values_list(place.field, flat=True)
        sealed = locked.first()
        if sealed is None or sealed.is_under_newest_key:
            return False
        rows.filter(pk=place.pk).update(**{place.field: sealed.rotated()})
    return True
