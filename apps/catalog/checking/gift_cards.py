"""A product that is a gift card: its amounts, and what it can't have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from apps.catalog.checking.faults import Faults
from apps.catalog.documents import Variant
from apps.catalog.inputs import ProductInput
from apps.catalog.tax_classes import EXEMPT


def check_gift_card(
    data: ProductInput, variants: Sequence[Variant], faults: Faults
) -> dict[str, Any]:
    """The fields of a gift card. It is neither sent nor taxed: a voucher that pays for anything bears its tax when it is
    spent."""
    if not faults.flag("is_gift_card", data.is_gift_card):
        return {"is_gift_card": False, "own_from_minor": None, "own_to_minor": None}
    for place, variant in enumerate(variants):
        _check_amounts(variant, f"variants.{place}.prices", faults)
    least, most = _check_range(data, faults)
    return {
        "is_gift_card": True,
        "own_from_minor": least,
        "own_to_minor": most,
        "is_digital": True,
        "tax_class": EXEMPT,
        "hsn_code": "",
        "shipping_profile": "",
    }


def _check_amounts(variant: Variant, path: str, faults: Faults) -> None:
    for place, price in enumerate(variant.prices):
        if not 0 < price.amount_minor <= settings.GIFT_CARD_MAX_MINOR:
            faults.add(f"{path}.{place}.amount", gettext("A gift card can't have this amount."))
        if price.compare_at_minor is not None:
            faults.add(
                f"{path}.{place}.compare_at", gettext("A gift card costs what is on it, not less.")
            )


def _check_range(data: ProductInput, faults: Faults) -> tuple[int | None, int | None]:
    least, most = data.own_from_minor, data.own_to_minor
    if least is None and most is None:
        return None, None
    for name, minor in (("own_from", least), ("own_to", most)):
        if minor is None:
            faults.add(name, gettext("Say the least and the highest amount, or neither."))
        elif isinstance(minor, bool) or not 0 < minor <= settings.GIFT_CARD_MAX_MINOR:
            faults.add(name, gettext("A gift card can't have this amount."))
    if least is not None and most is not None and least > most:
        faults.add("own_to", gettext("The highest amount is below the least."))
    return least, most
