"""A product as its page shows it: variants with price, a sentence about stock, and the options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext

from apps.catalog.documents import Image, Option, Product, Variant
from apps.catalog.quantities import UNRESTRICTED, QuantityRule
from apps.catalog.selectors import ShownPrice
from apps.common.money import format_money, from_minor
from apps.inventory.selectors import NO_SUPPLY, Supply
from apps.inventory.words import words_for_later
from apps.prices.rules import Step
from apps.storefront.cards import Photo, photo_of
from apps.storefront.languages import current_locale
from apps.tenancy.context import current_store

FEW = 5


@dataclass(frozen=True)
class VariantView:
    """`available` None: not counted. `state` is `in`, `low`, `later` (a backorder or, of `is_preorder`, a pre-order) or
    `none`; `stock` is the sentence for it. `prior` names the lowest price before a reduction; `tiers` are quantities in
    words, such as `10-19`, with the price of a piece."""

    id: str
    sku: str
    title: str
    values: dict[str, str]
    price: str
    price_minor: int
    was: str
    available: int | None
    state: str
    stock: str
    can_be_bought: bool
    image_id: str = ""
    rule: QuantityRule = UNRESTRICTED
    is_preorder: bool = False
    prior: str = ""
    tiers: tuple[tuple[str, str], ...] = ()

    @property
    def most(self) -> int:
        """The maximum quantity per order, in whole packs."""
        limit = settings.CART_MAX_QUANTITY
        return self.rule.most(min(self.available or limit, limit)) or self.rule.first

    @property
    def is_there(self) -> bool:
        """Whether it can be sent now: the days of delivery are not those of a backorder."""
        return self.can_be_bought and self.state != "later"

    def as_json(self, gallery: Sequence[Image]) -> dict[str, Any]:
        """The data for the script that chooses a variant. `photo` is a place in the gallery."""
        places = {image.id: place for place, image in enumerate(gallery)}
        return {
            "id": self.id,
            "values": list(self.values.values()),
            "price": self.price,
            "was": self.was,
            "prior": self.prior,
            "tiers": self.tiers,
            "state": self.state,
            "stock": self.stock,
            "buy": self.can_be_bought,
            "most": self.most,
            "first": self.rule.first,
            "step": self.rule.step,
            "packs": self.rule.words(),
            "photo": places.get(self.image_id),
        }


@dataclass(frozen=True)
class Choice:
    """A value of an option. `is_chosen`: it belongs to the shown variant. `can_be_had`: it is available together with
    the other chosen values.

    `is_gone`: it is sold out with all other values, while other values are available. `swatch` is the common picture of
    all variants with this value.
    """

    value: str
    is_chosen: bool
    can_be_had: bool
    is_gone: bool = False
    swatch: Photo | None = None


@dataclass(frozen=True)
class OptionView:
    name: str
    chosen: str
    choices: list[Choice]


def variant_views(
    product: Product, supply: Mapping[str, Supply], prices: Mapping[str, ShownPrice]
) -> list[VariantView]:
    """The variants that have a price here, in their order."""
    return [
        view
        for variant in product.active_variants
        if (view := _variant_view(product, variant, supply, prices)) is not None
    ]


def choose_variant(variants: list[VariantView], wanted: str | None) -> VariantView | None:
    """The requested variant, or else the first available one, or else the first one."""
    named = next((variant for variant in variants if variant.id == wanted), None)
    buyable = next((variant for variant in variants if variant.can_be_bought), None)
    return named or buyable or (variants[0] if variants else None)


def option_views(
    product: Product, variants: list[VariantView], chosen: VariantView | None
) -> list[OptionView]:
    """The product's options, with the availability after a change of one value of the chosen variant."""
    values = chosen.values if chosen else {}
    return [
        OptionView(
            name=option.name,
            chosen=values.get(option.name, ""),
            choices=_choices(product, option, variants, values),
        )
        for option in product.options
    ]


def gallery_of(product: Product, chosen: VariantView | None) -> list[Image]:
    """The product's pictures, the chosen variant's own first."""
    own = chosen.image_id if chosen else ""
    return sorted(product.images, key=lambda image: image.id != own)


def _choices(
    product: Product, option: Option, variants: list[VariantView], values: Mapping[str, str]
) -> list[Choice]:
    name = option.name
    there = {variant.values.get(name) for variant in variants if variant.can_be_bought}
    swatches = _swatches(product, name, variants)
    return [
        Choice(
            value=value,
            is_chosen=values.get(name) == value,
            can_be_had=_can_be_had(variants, {**values, name: value}),
            is_gone=bool(there) and value not in there and values.get(name) != value,
            swatch=swatches.get(value),
        )
        for value in option.values
    ]


def _swatches(product: Product, name: str, variants: list[VariantView]) -> dict[str, Photo]:
    """A picture for each value of the option that decides how a variant looks; none for a size."""
    looks: dict[str, set[str]] = {}
    for variant in variants:
        looks.setdefault(variant.values.get(name, ""), set()).add(variant.image_id)
    ids = {value: next(iter(own)) for value, own in looks.items() if len(own) == 1}
    if len(ids) < len(looks) or len(set(ids.values()) - {""}) < 2:
        return {}
    images = {image.id: image for image in product.images}
    return {value: photo_of(images[pk], "") for value, pk in ids.items() if pk in images}


def _can_be_had(variants: list[VariantView], values: Mapping[str, str]) -> bool:
    return any(variant.can_be_bought and variant.values == values for variant in variants)


def _variant_view(
    product: Product,
    variant: Variant,
    supply: Mapping[str, Supply],
    prices: Mapping[str, ShownPrice],
) -> VariantView | None:
    currency, language = current_store().currency, str(current_locale())
    shown = prices.get(variant.id)
    if shown is None:
        return None
    own = None if product.is_digital else supply.get(variant.id, NO_SUPPLY)
    rule = variant.quantity_rule
    state, words = _stock_words(own, rule, language)

    def money(minor: int) -> str:
        return format_money(from_minor(minor, currency), language)

    was, prior = shown.compare_at_minor, shown.prior_minor
    return VariantView(
        id=variant.id,
        sku=variant.sku,
        title=variant.title,
        values={
            option.name: variant.option_values.get(option.name, "") for option in product.options
        },
        price=money(shown.amount_minor),
        price_minor=shown.amount_minor,
        was=money(was) if was else "",
        available=own.sellable if own is not None else None,
        state=state,
        stock=words,
        can_be_bought=state != "none",
        image_id=variant.image,
        rule=rule,
        is_preorder=own is not None and own.is_preorder,
        prior=prior_words(money(prior)) if prior is not None else "",
        tiers=tuple(
            (_quantities(step.min_quantity, after), money(step.amount_minor))
            for step, after in zip_longest(shown.tiers, shown.tiers[1:])
        ),
    )


def prior_words(amount: str) -> str:
    """Directive 98/6/EC, article 6a."""
    return gettext("Lowest price of the 30 days before the reduction: %(amount)s") % {
        "amount": amount
    }


def _quantities(first: int, after: Step | None) -> str:
    """`1-9`, or `10+` for the last one."""
    if after is None:
        return f"{first}+"
    last = after.min_quantity - 1
    return str(first) if first == last else f"{first}–{last}"


def _stock_words(supply: Supply | None, rule: QuantityRule, locale: str) -> tuple[str, str]:
    if supply is None:
        return "in", gettext("Available at once")
    available, expected_on = supply.available, supply.expected_on
    is_gone = not rule.most(supply.sellable)
    if is_gone and expected_on is not None:
        day = format_date(expected_on, format="long", locale=locale)
        return "none", gettext("Sold out, expected again on %(day)s") % {"day": day}
    if not is_gone and not available:
        words = words_for_later(
            is_preorder=supply.is_preorder, expected_on=expected_on, locale=locale
        )
        return "later", words
    if is_gone:
        return "none", gettext("Sold out")
    if available <= FEW and supply.later:
        words = gettext("%(available)s in stock, more on backorder")
        return "low", words % {"available": available}
    if available <= FEW:
        return "low", gettext("Only %(available)s left") % {"available": available}
    return "in", gettext("In stock")
