"""The product cards of lists, kept in the process's memory and in the shared cache: a list reads what has changed.

A card belongs to the version of the catalog and of the prices, and to the groups at whose prices it is; whether it is sold out to that of the stock. A card that is read again and is
the same keeps its HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.common.bounded_memory import BoundedMemory
from apps.inventory.selectors import get_availability
from apps.prices.rules import NO_GROUPS, Groups
from apps.storefront.cards import Card, read_cards
from apps.storefront.fragments import render_card
from apps.tenancy.context import ActiveStore, current_store
from apps.tenancy.page_versions import PageVersions, versions_now
from apps.tenancy.release import release_token
from apps.tenancy.replicas import reading_from_primary

MEMORY_BOUND: Final = 10_000  # some two kilobytes each
SHARED_SECONDS: Final = 3600
# The first cards of a list are on the screen at once.
EAGER: Final = 4


@dataclass(slots=True)
class _Kept:
    """`stock`: a version of the inventory, and whether the product was sold out then. `html` by what else decides about it:
    sold out, eager, language."""

    catalog: str
    card: Card
    stock: tuple[str, bool] = ("", False)
    html: dict[tuple[bool, bool, str], SafeString] = field(default_factory=dict)


_memory = BoundedMemory[tuple[ActiveStore, Groups, str], _Kept](lambda: MEMORY_BOUND)


def cards_html(ids: Sequence[str], groups: Groups = NO_GROUPS) -> SafeString:
    """The cards of these products in this order at the prices of these groups, with their stock; without those that are not
    on sale any more.

    At most one command to the shared cache, one document read and one query; none while catalog and stock stay as they are.
    """
    versions = versions_now()
    cards = _find(ids, versions, groups)
    shown = [cards[key] for key in ids if key in cards]
    stocked = _with_stock(shown, versions)
    language = get_language() or ""
    parts = [
        _html(kept, is_sold_out, place < EAGER, language)
        for place, (kept, is_sold_out) in enumerate(stocked)
    ]
    return mark_safe("\n".join(parts))  # noqa: S308  each is a template's


def _find(ids: Sequence[str], versions: PageVersions | None, groups: Groups) -> dict[str, _Kept]:
    if versions is None:
        return {key: _Kept("", card) for key, card in read_cards(ids, groups).items()}
    store, version = current_store(), versions.of("catalog", "prices")
    found = {}
    for key in ids:
        kept = _memory.get((store, groups, key))
        if kept is not None and kept.catalog == version:
            found[key] = kept
    missing = [key for key in ids if key not in found]
    for key, card in _read_shared(missing, version, groups).items() if missing else ():
        found[key] = _keep((store, groups, key), card, version)
    return found


def _keep(place: tuple[ActiveStore, Groups, str], card: Card, version: str) -> _Kept:
    before = _memory.get(place)
    kept = _Kept(version, card)
    if before is not None and before.card == card:
        kept = replace(before, catalog=version)
    _memory.put(place, kept)
    return kept


def _read_shared(ids: Sequence[str], version: str, groups: Groups) -> dict[str, Card]:
    """From the shared cache or the documents. The primary is asked: a replica may not know yet what the version says."""
    facts = repr((release_token(), current_store(), version, groups))
    prefix = f"card:{sha256(facts.encode()).hexdigest()}:"
    shared = cache.get_many([prefix + key for key in ids])
    found: dict[str, Card] = {key.removeprefix(prefix): card for key, card in shared.items()}
    missing = [key for key in ids if key not in found]
    if missing:
        with reading_from_primary():
            read = read_cards(missing, groups)
        cache.set_many({prefix + key: card for key, card in read.items()}, SHARED_SECONDS)
        found.update(read)
    return found


def _with_stock(shown: Sequence[_Kept], versions: PageVersions | None) -> list[tuple[_Kept, bool]]:
    """Each with whether it is sold out, as this request found it: others write to the same cards meanwhile."""
    version = versions.of("inventory", "bundles") if versions is not None else ""
    states = [kept.stock for kept in shown]
    unknown = {
        ref
        for kept, (of_version, _) in zip(shown, states, strict=True)
        if not version or of_version != version
        for ref in kept.card.counted_refs
    }
    stock: dict[str, int] = {}
    if unknown:
        with reading_from_primary():
            stock = get_availability(sorted(unknown))
    found = []
    for kept, (of_version, is_sold_out) in zip(shown, states, strict=True):
        counted = kept.card.counted_refs
        if counted and (not version or of_version != version):
            is_sold_out = not any(stock.get(ref, 0) > 0 for ref in counted)
            kept.stock = (version, is_sold_out)
        found.append((kept, is_sold_out))
    return found


def _html(kept: _Kept, is_sold_out: bool, eager: bool, language: str) -> SafeString:
    state = (is_sold_out, eager, language)
    html = kept.html.get(state)
    if html is None:
        card = replace(kept.card, is_sold_out=is_sold_out)
        html = kept.html[state] = render_card(card, eager=eager)
    return html
