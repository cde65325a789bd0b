"""Whether what a store uses fits into a smaller plan, and what must be reduced first."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.billing.errors import MustBeReduced
from apps.catalog.selectors.products import count_products
from apps.platform.models import DatabaseType, LimitName, Plan, Store
from apps.platform.selectors.limits import list_limits
from apps.platform.selectors.usage import count_custom_domains, list_stores_of_owner
from apps.platform.services.storage import GB
from apps.tenancy.context import outside_store, system_scope, use_store


@dataclass(frozen=True)
class Excess:
    """One limit of the smaller plan that is not kept."""

    limit: str
    label: str
    used: int | str
    allowed: int | str

    @property
    def sentence(self) -> str:
        return gettext("%(label)s: %(used)s are used, %(allowed)s are allowed.") % {
            "label": self.label.capitalize(),
            "used": _shown(self.used),
            "allowed": _shown(self.allowed),
        }


def require_fit(store: Store, plan: Plan) -> None:
    """Raise `MustBeReduced` with everything that is too much. Orders and API calls of a month are no reason: they begin at
    0 with the next one."""
    found = list_excess(store, plan)
    if found:
        sentences = " ".join(each.sentence for each in found)
        raise MustBeReduced(
            gettext("%(plan)s is too small for what is used. %(sentences)s")
            % {"plan": plan.name, "sentences": sentences},
            limits=[
                {"limit": each.limit, "used": each.used, "allowed": each.allowed} for each in found
            ],
            plan=plan.name,
        )


def list_excess(store: Store, plan: Plan) -> list[Excess]:
    """Counts in the store's databases. Raises `StoreUnreachable`."""
    used = _count(store)
    found = [
        Excess(str(name), str(LimitName(name).label), used[name], allowed)
        for name, allowed in plan.numbers.items()
        if name in used and allowed is not None and used[name] > allowed
    ]
    kinds = plan.placement_codes
    if kinds and store.database_type not in kinds:
        allowed = ", ".join(str(DatabaseType(code).label) for code in sorted(kinds))
        kind = str(DatabaseType(store.database_type).label)
        found.append(Excess("placements", gettext("kind of database"), kind, allowed))
    return found


def _count(store: Store) -> dict[str, int]:
    with use_store(store), system_scope("usage"):
        inside = {
            LimitName.PRODUCTS.value: count_products(),
            LimitName.STAFF.value: User.objects.filter(is_staff=True, is_active=True).count(),
        }
    with outside_store():
        return {
            **inside,
            LimitName.STORAGE.value: -(-store.storage_used_bytes // GB),
            LimitName.DOMAINS.value: count_custom_domains(store.pk),
            **_stores_of(store),
        }


def _stores_of(store: Store) -> dict[str, int]:
    """The stores of its owner, where no other store's plan allows as many: the most generous one counts."""
    if store.owner_id is None:
        return {}
    owned = list_stores_of_owner(store.owner_id)
    others = list_limits([key for key in owned if key != store.pk])
    allowed = [limits.numbers[LimitName.STORES] for limits in others.values()]
    if any(most is None or most >= len(owned) for most in allowed):
        return {}
    return {LimitName.STORES.value: len(owned)}


def _shown(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value
