"""A discount as the arithmetic takes it: a value without queries, which can be cached."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.common.web import mailbox_of
from apps.discounts.kinds import Audience, Kind, Trigger
from apps.discounts.models import Discount
from apps.pricing.services import BasketLine

STEPS = 10_000  # of a percent: they have at most four decimals


@dataclass(frozen=True)
class Rule:
    """`limit` is the number of all uses, `per_buyer` of one buyer's."""

    id: UUID
    name: str
    kind: Kind
    is_automatic: bool
    currency: str
    percent_steps: int
    amount_minor: int
    buy_quantity: int
    get_quantity: int
    most_pieces: int | None
    products: frozenset[str]
    categories: frozenset[str]
    get_products: frozenset[str]
    starts_at: datetime | None
    ends_at: datetime | None
    is_active: bool
    min_spend_minor: int
    min_pieces: int
    countries: frozenset[str]
    audience: Audience
    per_buyer: int | None
    limit: int | None
    sequence: int
    is_combinable: bool
    groups: frozenset[UUID] = frozenset()

    @property
    def has_amounts(self) -> bool:
        """Whether it means one currency."""
        return bool(self.amount_minor or self.min_spend_minor)

    def covers(self, line: BasketLine) -> bool:
        """Whether it is about this product."""
        if not self.products and not self.categories:
            return True
        item = line.item
        return item.product_ref in self.products or not self.categories.isdisjoint(
            item.category_refs
        )

    def gives(self, line: BasketLine) -> bool:
        """Whether this product gets cheaper when others are bought."""
        if not self.get_products:
            return self.covers(line)
        return line.item.product_ref in self.get_products


def rule_of(discount: Discount, *, limit: int | None) -> Rule:
    first_only = discount.audience == Audience.FIRST_ORDER
    return Rule(
        id=discount.pk,
        name=discount.name,
        kind=Kind(discount.kind),
        is_automatic=discount.trigger == Trigger.AUTOMATIC,
        currency=discount.currency,
        percent_steps=int((discount.percent or 0) * STEPS),
        amount_minor=discount.amount_minor or 0,
        buy_quantity=discount.buy_quantity or 1,
        get_quantity=discount.get_quantity or 1,
        most_pieces=discount.most_pieces,
        products=frozenset(discount.product_refs),
        categories=frozenset(discount.category_refs),
        get_products=frozenset(discount.get_product_refs),
        starts_at=discount.starts_at,
        ends_at=discount.ends_at,
        is_active=discount.is_active,
        min_spend_minor=discount.min_spend_minor or 0,
        min_pieces=discount.min_pieces or 0,
        countries=frozenset(discount.countries),
        groups=frozenset(map(UUID, discount.group_refs or ())),
        audience=Audience(discount.audience),
        per_buyer=1 if first_only else discount.per_buyer_limit,
        limit=limit,
        sequence=discount.sequence,
        is_combinable=discount.is_combinable,
    )


def _unknown() -> bool:
    return False


@dataclass(frozen=True)
class Shopper:
    """Who buys, as far as it is known: on the cart's page a guest has no address and no e-mail yet.

    `has_ordered` asks the orders; it is called only for a discount that needs to know.
    """

    customer_id: UUID | None = None
    email: str = ""
    country: str = ""
    has_ordered: Callable[[], bool] = field(default=_unknown)

    @property
    def keys(self) -> tuple[str, ...]:
        """What their uses are counted by: an account, and a mailbox, so that logging out gives no further use."""
        account = [f"customer:{self.customer_id}"] if self.customer_id is not None else []
        mailbox = [f"mailbox:{mailbox_of(self.email)}"] if self.email else []
        return (*account, *mailbox)
