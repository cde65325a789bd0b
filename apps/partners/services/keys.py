"""API keys: made, changed for another text, renamed, revoked. The text of a key is returned once and never kept."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, cleans_text
from apps.partners.errors import KeyEnded, UnknownScope
from apps.partners.keys import digest_of, known_keys, make_text
from apps.partners.models import ApiKey
from apps.partners.scopes import list_scopes
from apps.partners.services.endpoints import note_end, pause_endpoints_of
from apps.platform.auditing import audited

OVERLAP: Final = timedelta(days=1)
MOST_REQUESTS: Final = 10_000  # in a minute


class MadeKey(NamedTuple):
    """`text` is what the program sends; it can't be read again."""

    key: ApiKey
    text: str


@cleans_text
def create_key(
    *,
    name: Annotated[str, Line(80, required=True)],
    scopes: Collection[str],
    actor: Actor,
    expires_at: datetime | None = None,
    requests_per_minute: int | None = None,
) -> MadeKey:
    """A new key. Its scopes stay as they are: for others a new key is made. Without any it can do nothing.

    Raises `UnknownScope`, and `InvalidInput` for a moment in the past.
    """
    if unknown := sorted(set(scopes) - set(list_scopes())):
        words = gettext("There is no scope %(name)s.") % {"name": unknown[0]}
        raise UnknownScope(fields={"scopes": [words]})
    _check(expires_at, requests_per_minute)
    text, prefix = make_text()
    key = ApiKey(
        name=name,
        prefix=prefix,
        digest=digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        requests_per_minute=requests_per_minute,
        created_by=actor.label[:200],
    )
    note_end(expires_at)
    with transaction.atomic(), audited("api_key.created", key):
        key.save(force_insert=True)
        known_keys.forget()
    return MadeKey(key, text)


@cleans_text
def change_key(
    *,
    key: ApiKey,
    name: Annotated[str, Line(80, required=True)],
    expires_at: datetime | None,
    requests_per_minute: int | None,
) -> ApiKey:
    """Another name, end or limit. Raises `KeyEnded`."""
    note_end(expires_at)
    with transaction.atomic():
        locked = _lock(key)
        if expires_at != locked.expires_at:
            _check(expires_at, None)
        _check(None, requests_per_minute)
        with audited("api_key.changed", locked):
            locked.name, locked.expires_at = name, expires_at
            locked.requests_per_minute = requests_per_minute
            locked.save(update_fields=["name", "expires_at", "requests_per_minute"])
        known_keys.forget()
    return locked


def rotate_key(*, key: ApiKey, seen_prefix: str, overlap: timedelta = OVERLAP) -> MadeKey | None:
    """Another text for the same key; the one before is valid for the `overlap`, an older one no more.

    `seen_prefix` is what the caller saw of the key: None if it was rotated since. Raises `KeyEnded`.
    """
    text, prefix = make_text()
    with transaction.atomic():
        locked = _lock(key)
        if locked.prefix != seen_prefix:
            return None
        with audited("api_key.rotated", locked):
            locked.previous_digest, locked.previous_until = locked.digest, now() + overlap
            locked.digest, locked.prefix = digest_of(text), prefix
            locked.save(update_fields=["previous_digest", "previous_until", "digest", "prefix"])
        known_keys.forget()
    return MadeKey(locked, text)


def end_previous(*, key: ApiKey) -> ApiKey:
    """The text before the last rotation is refused from now on."""
    with transaction.atomic():
        locked = _lock(key)
        with audited("api_key.previous_ended", locked):
            locked.previous_digest = locked.previous_until = None
            locked.save(update_fields=["previous_digest", "previous_until"])
        known_keys.forget()
    return locked


def revoke_key(*, key: ApiKey) -> ApiKey:
    """From now on every request with it is refused, and the webhook endpoints that it made are paused. Repeatable. The row
    stays: the audit log names it."""
    with transaction.atomic():
        locked = ApiKey.objects.select_for_update().get(pk=key.pk)
        if locked.revoked_at is None:
            with audited("api_key.revoked", locked):
                locked.revoked_at = now()
                locked.previous_digest = locked.previous_until = None
                locked.save(update_fields=["revoked_at", "previous_digest", "previous_until"])
            pause_endpoints_of(key=locked)
        known_keys.forget()
    return locked


def _lock(key: ApiKey) -> ApiKey:
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not locked.is_valid_at(now()):
        raise KeyEnded
    return locked


def _check(expires_at: datetime | None, requests_per_minute: int | None) -> None:
    if expires_at is not None and expires_at <= now():
        raise InvalidInput(fields={"expires_at": [gettext("This moment is over.")]})
    if requests_per_minute is not None and not 1 <= requests_per_minute <= MOST_REQUESTS:
        words = gettext("From 1 to %(most)s.") % {"most": MOST_REQUESTS}
        raise InvalidInput(fields={"requests_per_minute": [words]})
