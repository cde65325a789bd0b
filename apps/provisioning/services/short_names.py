"""A short name for a store whose owner chose none: of its name, in Latin letters, free."""

from django.conf import settings

from apps.common.slugs import numbered, short_name_of
from apps.platform.models import Domain, Store
from apps.platform.names import RESERVED_SLUGS

TRIES = 5  # when others take the one that was found free
_MOST = 40
_NUMBERS = 200


def choose_short_name(name: str) -> str:
    """`चाय की दुकान` is `cay-ki-dukan`; one that is taken or reserved gets a number. Two queries."""
    base = short_name_of(name, most=_MOST) or "shop"
    found = [base, *(numbered(base, number, most=_MOST) for number in range(2, _NUMBERS))]
    hosts = {f"{slug}.{settings.STORE_DOMAIN}".lower(): slug for slug in found}
    taken = set(Store.objects.filter(slug__in=found).values_list("slug", flat=True))
    others = Domain.objects.filter(domain__in=hosts).values_list("domain", flat=True)
    taken |= RESERVED_SLUGS | {hosts[host] for host in others}
    return next((slug for slug in found if slug not in taken), base)
