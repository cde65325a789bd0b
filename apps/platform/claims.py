"""Rules of a claim on a host: which hosts can be claimed, how often they are looked at, when a claim ends."""

import ipaddress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.translation import gettext
from publicsuffixlist import PublicSuffixList

from apps.common.errors import InvalidInput
from apps.common.web import clean_host
from apps.platform.models import RECORD_PREFIX, Domain, DomainProof
from apps.platform.records import list_targets
from apps.platform.states import DomainStatus

CLAIM_LASTS: Final = timedelta(days=7)
# A claim that came to nothing is shown for so long.
SHOWN_FOR: Final = timedelta(days=30)
# The record of a verified host was missing for so long: its owners are notified, another store may prove it.
WARNED_AFTER: Final = timedelta(days=1)
LAPSES_AFTER: Final = timedelta(days=14)
CHECK_NOW_AFTER: Final = timedelta(seconds=20)
# Beside the plan's limit, which some plans do not have.
MOST_WAITING: Final = 50

_SOONEST: Final = timedelta(minutes=2)
_LATEST: Final = timedelta(hours=6)
_DAILY: Final = timedelta(days=1)
_LONGEST: Final = 253 - len(RECORD_PREFIX)
# Names with a meaning of their own (RFC 6761, 6762, 7686, 8375, 9476): they lead nowhere.
_SPECIAL: Final = frozenset(
    ("alt", "arpa", "internal", "invalid", "lan", "local", "localdomain", "localhost", "onion")
)


def require_claimable(host: str) -> None:
    """Raise `InvalidInput` with a sentence for a host that no merchant can have."""
    reason = _why_not(host)
    if reason:
        raise InvalidInput(fields={"host": [reason]})


def _why_not(host: str) -> str:
    if _is_address(host):
        return gettext("An IP address is no host. Write a name, such as shop.example.com.")
    if "." not in host or host.rpartition(".")[2] in _SPECIAL:
        return gettext("This name can't be reached from the internet.")
    if len(host) > _LONGEST:
        return gettext("At most %(most)s characters.") % {"most": _LONGEST}
    if is_platforms(host):
        return gettext("This host belongs to the platform.")
    if host.split(".", 1)[0].startswith("_") or _suffixes().publicsuffix(host) == host:
        return gettext("Names are registered below %(host)s: write your own one.") % {"host": host}
    return ""


def is_platforms(host: str) -> bool:
    """Whether it is one of the platform's own hosts, a name below them, or where hosts are to point."""
    own = [clean_host(settings.STORE_DOMAIN), *list_targets()[0], *settings.PLATFORM_HOSTS]
    return any(host == each or host.endswith(f".{each}") for each in own if each)


def is_apex(host: str) -> bool:
    """Whether it was registered as it is, such as `example.co.in`: it can't be an alias (RFC 1912, 2.4)."""
    return bool(_suffixes().privatesuffix(host) == host)


def has_lapsed(domain: Domain, moment: datetime) -> bool:
    """Whether another store may prove this verified host: its record has been missing for long."""
    return (
        domain.proof == DomainProof.RECORD
        and domain.lost_at is not None
        and domain.lost_at <= moment - LAPSES_AFTER
    )


def next_look(domain: Domain, moment: datetime) -> datetime | None:
    """At growing distances while something is awaited, daily afterwards; the end of what is only shown."""
    if domain.status in (DomainStatus.EXPIRED, DomainStatus.TAKEN):
        return moment + SHOWN_FOR
    if domain.status == DomainStatus.WAITING:
        return moment + _growing(domain.claimed_at, moment)
    if domain.lost_at is not None:
        return moment + _LATEST
    if domain.points_here is False:
        return moment + min(_growing(domain.verified_at, moment), _DAILY)
    return moment + _DAILY


def _growing(since: datetime | None, moment: datetime) -> timedelta:
    """Half of what has passed: after 2 minutes, 3, 5, 7, ..., in the end every 6 hours."""
    passed = moment - since if since is not None else _LATEST * 2
    return min(max(passed / 2, _SOONEST), _LATEST)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()  # browsers read `1.2.3` and `127.1` as addresses
    return True


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Its file of 10,000 rules is read by the first process that asks."""
    return PublicSuffixList()
