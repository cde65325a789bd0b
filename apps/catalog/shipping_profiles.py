"""The shipping profiles a product can have. The rows are another app's, which says at start-up how to list them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.common.text import NotText, fold_code


@dataclass(frozen=True)
class ShippingProfile:
    code: str
    name: str


_sources: list[Callable[[], Sequence[ShippingProfile]]] = []


def listed_by(source: Callable[[], Sequence[ShippingProfile]]) -> None:
    """Register the function that lists the profiles of the active store."""
    _sources[:] = [source]


def list_shipping_profiles() -> list[ShippingProfile]:
    return list(_sources[0]()) if _sources else []


def find_shipping_profile(typed: str, profiles: Sequence[ShippingProfile]) -> str | None:
    """The profile's code, whatever the case it was typed in; None for one that does not exist."""
    try:
        key = fold_code(typed)
    except NotText:
        return None
    return next((each.code for each in profiles if fold_code(each.code) == key), None)
