"""Options, variants and their prices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext

from apps.catalog.checking.faults import Faults
from apps.catalog.derived import sku_key
from apps.catalog.documents import Option, Variant, VariantPrice
from apps.catalog.inputs import OptionInput, PriceInput, VariantInput
from apps.catalog.limits import (
    MAX_CURRENCIES,
    MAX_OPTION_VALUES,
    MAX_OPTIONS,
    MAX_VARIANTS,
    MAX_WEIGHT_GRAMS,
)
from apps.catalog.quantities import MAX_PIECES, QuantityRule
from apps.common.currencies import selling_currencies
from apps.common.money import MAX_MINOR
from apps.common.text import fold


def check_options(given: Sequence[OptionInput], faults: Faults) -> list[Option]:
    options: list[Option] = []
    for index, option in enumerate(faults.items("options", given, most=MAX_OPTIONS)):
        path = f"options.{index}"
        name = _plain_name(faults, f"{path}.name", option.name)
        if fold(name) in {fold(other.name) for other in options}:
            faults.add(f"{path}.name", gettext("There is another option of this name."))
        values = [
            faults.line(f"{path}.values.{place}", value, most=60, required=True)
            for place, value in enumerate(
                faults.items(f"{path}.values", option.values, most=MAX_OPTION_VALUES)
            )
        ]
        if not values:
            faults.add(f"{path}.values", gettext("An option needs at least one value."))
        if len({fold(value) for value in values}) < len(values):
            faults.add(f"{path}.values", gettext("Each value can be there only once."))
        options.append(Option(name=name, values=values))
    return options


@dataclass(frozen=True)
class Known:
    """The objects that variants may refer to: the product's existing variants and its future pictures."""

    variant_ids: Collection[str] = ()
    image_ids: Collection[str] = ()


def check_variants(
    given: Sequence[VariantInput], options: list[Option], known: Known, faults: Faults
) -> list[Variant]:
    """Variants in the given order. Within the product no SKU, id or combination of values comes twice."""
    inputs = faults.items("variants", given, most=MAX_VARIANTS)
    if not inputs and "variants" not in faults.fields:
        faults.add("variants", gettext("A product needs at least one variant."))
    variants = [
        _check_variant(variant, position, options, known, faults)
        for position, variant in enumerate(inputs)
    ]
    _refuse_twice([sku_key(v.sku) for v in variants], "sku", "SKU", faults)
    _refuse_twice([v.id for v in variants], "id", "id", faults)
    _refuse_twice([v.barcode for v in variants], "barcode", "barcode", faults)
    combinations = [
        "\0".join(variant.option_values.get(option.name, "") for option in options) or "\0"
        for variant in variants
    ]
    _refuse_twice(combinations, "option_values", "combination of options", faults)
    return variants


def _check_variant(
    given: VariantInput, position: int, options: list[Option], known: Known, faults: Faults
) -> Variant:
    path = f"variants.{position}"
    if given.id is not None and given.id not in known.variant_ids:
        faults.add(f"{path}.id", gettext("The product has no variant of this id."))
    if given.image_id and given.image_id not in known.image_ids:
        faults.add(f"{path}.image_id", gettext("The product has no such picture."))
    rule = _check_quantities(given, path, faults)
    return Variant(
        id=given.id or str(uuid4()),
        sku=_check_sku(given.sku, f"{path}.sku", faults),
        barcode=faults.code(f"{path}.barcode", given.barcode, most=32),
        option_values=_check_option_values(given.option_values, options, path, faults),
        prices=_check_prices(given.prices, path, faults),
        weight_grams=faults.number(
            f"{path}.weight_grams", given.weight_grams, least=0, most=MAX_WEIGHT_GRAMS
        ),
        position=position,
        is_active=faults.flag(f"{path}.is_active", given.is_active),
        image=given.image_id,
        min_quantity=rule.minimum,
        max_quantity=rule.maximum,
        quantity_step=rule.step,
    )


def _check_quantities(given: VariantInput, path: str, faults: Faults) -> QuantityRule:
    """A rule by which at least one quantity can be ordered."""
    most = min(settings.CART_MAX_QUANTITY, MAX_PIECES)
    known = len(faults.fields)
    rule = QuantityRule(
        faults.number(f"{path}.min_quantity", given.min_quantity, least=1, most=most),
        None
        if given.max_quantity is None
        else faults.number(f"{path}.max_quantity", given.max_quantity, least=1, most=most),
        faults.number(f"{path}.quantity_step", given.quantity_step, least=1, most=most),
    )
    if len(faults.fields) == known and not rule.most(most):
        sentence = gettext("No whole number of packs is between the minimum and the maximum.")
        faults.add(f"{path}.min_quantity", sentence)
    return rule


def _check_sku(value: Any, path: str, faults: Faults) -> str:
    sku = faults.code(path, value, most=64, required=True)
    if " " in sku:
        faults.add(path, gettext("A SKU has no spaces."))
    return sku


def _check_option_values(
    given: Any, options: list[Option], path: str, faults: Faults
) -> dict[str, str]:
    path = f"{path}.option_values"
    if not isinstance(given, Mapping):
        faults.add(path, gettext("This must be a value for each option."))
        return {}
    named = {fold(str(name)): value for name, value in given.items()}
    for name in given:
        if fold(str(name)) not in {fold(option.name) for option in options}:
            faults.add(
                path,
                gettext("The product has no option %(value)s.") % {"value": f"{str(name)[:40]!r}"},
            )
    chosen: dict[str, str] = {}
    for option in options:
        wanted = named.get(fold(option.name))
        same = (value for value in option.values if fold(value) == fold(str(wanted)))
        value = next(same, "") if isinstance(wanted, str) else ""
        if value:
            chosen[option.name] = value
        else:
            faults.add(
                f"{path}.{option.name}",
                gettext("Choose one of: %(value)s.") % {"value": ", ".join(option.values)},
            )
    return chosen


def _check_prices(given: Any, path: str, faults: Faults) -> list[VariantPrice]:
    path = f"{path}.prices"
    prices: list[VariantPrice] = []
    for index, price in enumerate(faults.items(path, given, most=MAX_CURRENCIES)):
        checked = _check_price(price, f"{path}.{index}", faults)
        if checked.currency in {other.currency for other in prices}:
            faults.add(
                f"{path}.{index}.currency", gettext("There is another price in this currency.")
            )
        prices.append(checked)
    return prices


def _check_price(price: PriceInput, path: str, faults: Faults) -> VariantPrice:
    """Minor units are whole numbers; `parse_amount` has refused amounts with too many decimals. Faults are at `amount` and
    `compare_at`, as forms and the API call them."""
    currency = price.currency if isinstance(price.currency, str) else ""
    if currency not in selling_currencies():
        faults.add(
            f"{path}.currency", gettext("This is not a currency in use, such as INR or USD.")
        )
    amount = faults.number(f"{path}.amount", price.amount_minor, least=0, most=MAX_MINOR)
    compare_at = price.compare_at_minor
    if compare_at is not None:
        compare_at = faults.number(f"{path}.compare_at", compare_at, least=0, most=MAX_MINOR)
        if compare_at <= amount and f"{path}.compare_at" not in faults.fields:
            faults.add(f"{path}.compare_at", gettext("This must be higher than the price."))
    return VariantPrice(currency=currency, amount_minor=amount, compare_at_minor=compare_at)


def _plain_name(faults: Faults, path: str, value: Any) -> str:
    """The name becomes a key of a document, where dots and dollar signs mean something else."""
    name = faults.line(path, value, most=40, required=True)
    if "." in name or name.startswith("$"):
        faults.add(path, gettext("A name has no dots and no dollar sign in front."))
    return name


def _refuse_twice(values: list[str], field: str, what: str, faults: Faults) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value and value in seen:
            faults.add(
                f"variants.{index}.{field}",
                gettext("Another variant has the same %(what)s.") % {"what": what},
            )
        seen.add(value)
