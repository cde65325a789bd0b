"""A short name for a store whose owner chose none: of its name, in Latin letters, free."""

from typing import Annotated

from django.conf import settings
from django.core.exceptions import ValidationError

from apps.common.slugs import numbered, short_name_of
from apps.common.typed_text import Code, cleans_text
from apps.platform.errors import SlugTaken
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


@cleans_text
def find_fault(*, slug: Annotated[str, Code(120)]) -> str:
    """Why a new store can't have this short name now; "" if it can. For a page that answers while it is typed: the opening
    itself has the last word."""
    try:
        Store._meta.get_field("slug").run_validators(slug)
    except ValidationError as error:
        return " ".join(error.messages)
    host = f"{slug}.{settings.STORE_DOMAIN}".lower()
    is_taken = (
        Store.objects.filter(slug=slug).exists() or Domain.objects.filter(domain=host).exists()
    )
    return str(SlugTaken.title) if is_taken else ""
