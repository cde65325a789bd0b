"""The text of an API key, and finding the row that it belongs to.

`pk_live_7GhK2mQx_<40 letters and digits>`: the first part is shown in the admin, so that keys can be distinguished. The digest
covers the store's id: a copied row opens nothing in another store. A request with a known key costs one read of the cache;
a revoked key is refused by the next request of every process (`kept.py`).
"""

import hmac
import re
import secrets
import string
import time
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q

from apps.accounts.programs import Program
from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.partners.kept import KeptRows
from apps.partners.models import ApiKey
from apps.partners.scopes import permissions_of
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.errors import StorePaused

MARK: Final = "pk_"
NOTED_EVERY: Final = timedelta(minutes=1)

_LETTERS: Final = string.ascii_letters + string.digits
_FORM: Final = re.compile(r"pk_(?:live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{40}", re.ASCII)


@dataclass(frozen=True)
class Holder:
    """What a request needs to know of a key. `ends_at`: of this text of the key, which may be the one before."""

    id: UUID
    name: str
    digest: str
    scopes: frozenset[str]
    rate: str
    ends_at: datetime | None
    last_used_at: datetime | None

    @property
    def program(self) -> Program:
        return Program(
            self.id, f"API key {self.name}", permissions_of(self.scopes), self.scopes, self.rate
        )


known_keys: Final = KeptRows[Holder | None]("keys")
_noted = BoundedMemory[Hashable, float](lambda: 2_000)


def make_text() -> tuple[str, str]:
    """A new key and the part of it that may be shown. In a sandbox it says `test`."""
    environment = "test" if current_store().is_sandbox else "live"
    prefix = f"{MARK}{environment}_{_random(8)}"
    return f"{prefix}_{_random(40)}", prefix


def digest_of(text: str) -> str:
    return sha256(f"{current_store().id}:{text}".encode()).hexdigest()


def find_holder(text: str) -> Holder | None:
    """The key of the active store with this text, if it is valid now. At most one statement, none for a known key."""
    if not _FORM.fullmatch(text):
        return None
    digest = digest_of(text)
    holder = known_keys.get(digest, lambda: _read(digest))
    if holder is None or not hmac.compare_digest(holder.digest, digest):
        return None
    is_over = holder.ends_at is not None and holder.ends_at <= now()
    return None if is_over else holder


def note_use(holder: Holder) -> None:
    """Keep when it was used: a statement in the first request of a minute. A store that takes no writes is no obstacle."""
    who, tick = (current_store().id, holder.id), time.monotonic()
    last = _noted.get(who)
    if last is not None and tick - last < NOTED_EVERY.total_seconds():
        return
    _noted.put(who, tick)
    old = Q(last_used_at=None) | Q(last_used_at__lte=now() - NOTED_EVERY)
    with suppress(DatabaseError, StorePaused), system_scope("api keys"):
        ApiKey.objects.filter(old, pk=holder.id).update(last_used_at=now())


def _read(digest: str) -> Holder | None:
    """Who asks is not known yet, so the row is read in a system scope; it is found by its digest alone."""
    same = Q(digest=digest) | Q(previous_digest=digest)
    with system_scope("api keys"):
        row = ApiKey.objects.filter(same, revoked_at=None).first()
    if row is None:
        return None
    ends = [row.expires_at] if row.digest == digest else [row.expires_at, row.previous_until]
    known_ends = [end for end in ends if end is not None]
    return Holder(
        id=row.pk,
        name=row.name,
        digest=digest,
        scopes=frozenset(row.scopes),
        rate=f"{row.requests_per_minute}/m" if row.requests_per_minute else "",
        ends_at=min(known_ends) if known_ends else None,
        last_used_at=row.last_used_at,
    )


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
