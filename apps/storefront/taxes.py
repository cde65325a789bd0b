"""The known tax of a cart before there is an address. For texts, never for prices."""

from dataclasses import dataclass

from apps.accounts.selectors import list_addresses_for
from apps.common.money import to_minor
from apps.pricing.rules import TaxComponent, TaxRules, tax_in
from apps.pricing.selectors import get_tax_rules
from apps.storefront.cart_sums import CartSums
from apps.storefront.languages import current_locale
from apps.storefront.visitor import Visitor
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import cached_by_version


@dataclass(frozen=True)
class CartTaxes:
    """`parts` without their amounts while the buyer's state, which divides them, is unknown."""

    parts: tuple[TaxComponent, ...]
    is_included: bool
    is_known: bool
    currency: str

    @property
    def total_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)

    @property
    def names(self) -> str:
        """`GST 5%, GST 18%`."""
        labels = [part.label(str(current_locale())) for part in self.parts]
        return ", ".join(dict.fromkeys(labels))


def taxes_in_cart(sums: CartSums, visitor: Visitor) -> CartTaxes:
    """At the customer's first address, or else in the store's country. One query for customers, none for most guests."""
    country, region = current_store().country, ""
    if visitor.user is not None:
        for address in list_addresses_for(visitor.user)[:1]:
            country, region = address.country, address.region
    rules = _rules(country, region)
    wanted = [(to_minor(amount), tax_class) for amount, tax_class in sums.amounts()]
    return CartTaxes(
        parts=tax_in(wanted, rules),
        is_included=rules.prices_include_tax,
        is_known=not any(rules.rate_for(name).is_undivided for _amount, name in wanted),
        currency=sums.currency,
    )


@cached_by_version("pricing")
def _rules(country: str, region: str) -> TaxRules:
    return get_tax_rules(country, region)
