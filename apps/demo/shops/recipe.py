"""What a demo shop is made of: plain values, turned into a store by `apps.demo.services`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One product. `price` is in whole units of the shop's currency, of the smallest variant; `steps` adds to it for
    every further value of the first option. `colours` are the picture's main colour and accent."""

    title: str
    category: str
    shape: str
    colours: tuple[str, str]
    price: int
    text: str
    compare_at: int | None = None
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: int = 0
    grams: int = 250
    brand: str = ""
    tags: Sequence[str] = ()
    pieces: int = 40


@dataclass(frozen=True, kw_only=True)
class Shop:
    slug: str
    name: str
    currency: str
    country: str
    language: str
    time_zone: str
    brand: str
    accent: str
    fonts: str
    tagline: str
    hero_title: str
    hero_text: str
    announcement: str
    categories: Mapping[str, Sequence[str]]
    things: Sequence[Thing]
    people: Sequence[tuple[str, str]]
    addresses: Sequence[Mapping[str, str]]
