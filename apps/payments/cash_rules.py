"""When cash on delivery is possible, and what it costs: arithmetic on values that were read before, no query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from apps.common.addresses.postal_patterns import PostalPatterns, PostalRule
from apps.common.money import format_money, from_minor
from apps.payments.ways import CashSettings
from apps.tenancy.context import current_store


@dataclass(frozen=True)
class CashRules:
    """A store's `CashSettings`. `confirmation` is a value of `ways.Confirmation`."""

    fee_minor: int = 0
    minimum_minor: int | None = None
    maximum_minor: int | None = None
    postal_rule: str = PostalRule.ANYWHERE
    patterns: PostalPatterns = field(default_factory=PostalPatterns)
    confirmation: str = ""
    time_to_confirm: timedelta = timedelta(0)

    def why_not(self, *, total_minor: int, currency: str, address: Mapping[str, Any]) -> str:
        """The sentence for the buyer; "" where it is possible. The total is what is left to pay, before the fee.

        A postal code that is not typed yet is no reason.
        """
        if self.minimum_minor is not None and total_minor < self.minimum_minor:
            return gettext("Cash on delivery is possible from %(amount)s on.") % {
                "amount": _shown(self.minimum_minor, currency)
            }
        if self.maximum_minor is not None and total_minor > self.maximum_minor:
            return gettext("Cash on delivery is possible up to %(amount)s.") % {
                "amount": _shown(self.maximum_minor, currency)
            }
        code = str(address.get("postal_code") or "")
        if code and not self.goes_to(str(address.get("country") or ""), code):
            return gettext("Cash on delivery is not possible for the postal code %(code)s.") % {
                "code": code[:20]
            }
        return ""

    def goes_to(self, country: str, postal_code: str) -> bool:
        """Whether the list of postal codes lets it through."""
        is_at_home = country == current_store().country
        return self.patterns.lets_through(self.postal_rule, postal_code, is_at_home=is_at_home)


def rules_of(row: CashSettings) -> CashRules:
    return CashRules(
        fee_minor=row.fee_minor,
        minimum_minor=row.minimum_minor,
        maximum_minor=row.maximum_minor,
        postal_rule=row.postal_rule,
        patterns=PostalPatterns.of(row.postal_codes),
        confirmation=row.confirmation,
        time_to_confirm=timedelta(hours=row.hours_to_confirm),
    )


def _shown(minor: int, currency: str) -> str:
    return format_money(from_minor(minor, currency), current_store().language)
