"""The hosts that a store answers on."""

from typing import Annotated

from django.db import IntegrityError
from django.utils.translation import gettext

from apps.common.errors import Conflict
from apps.common.typed_text import Host, cleans_text
from apps.platform.auditing import facts_of, note
from apps.platform.models import Domain, LimitName, Store
from apps.platform.selectors.usage import count_custom_domains, is_custom
from apps.platform.services.limits import require_within_limit
from apps.platform.services.stores import forget_addresses_on_commit, taken_name, validate_row
from apps.tenancy.transactions import atomic_on_platform


@cleans_text
def add_domain(
    *, store: Store, host: Annotated[str, Host(required=True)], is_primary: bool = False
) -> Domain:
    """Add a host to the store. Raises `HostTaken` when another store has it, and `PlanLimitReached`."""
    domain = Domain(domain=host, tenant=store)
    validate_row(domain, exclude={"tenant"}, rename={"domain": "host"})
    try:
        with atomic_on_platform():
            Store.objects.select_for_update().get(pk=store.pk)
            if is_custom(domain.domain):
                require_within_limit(
                    store.pk, LimitName.DOMAINS, used=lambda: count_custom_domains(store.pk)
                )
            others = Domain.objects.filter(tenant=store, is_primary=True)
            domain.is_primary = is_primary or not others.exists()
            if domain.is_primary:
                others.update(is_primary=False)
            domain.save(force_insert=True)
            note("store.host_added", store, after=facts_of(domain))
            forget_addresses_on_commit()
    except IntegrityError as error:
        raise taken_name(error) from None
    return domain


def remove_domain(*, domain: Domain) -> None:
    """Remove a host of the store. The primary host can't be removed before another host becomes primary."""
    if domain.is_primary:
        raise Conflict(
            gettext("The primary host can't be removed. Make another one primary first.")
        )
    with atomic_on_platform():
        note("store.host_removed", domain.tenant, before=facts_of(domain))
        domain.delete()
        forget_addresses_on_commit()
