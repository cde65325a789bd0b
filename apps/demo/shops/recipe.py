"""What a demo shop is made of: plain values, turned into a store by `apps.demo.services`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.tax_classes import STANDARD


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One product. `price` is in whole units of the shop's currency, of the first variant; `steps` adds to it for every
    further value of the first option; it is sold in multiples of `pack`. `text` is its own paragraph, `story` the HTML it shares with others."""

    title: str
    category: str
    price: int
    text: str
    story: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    compare_at: int | None = None
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: int = 0
    grams: int = 250
    hsn: str = ""
    tax_class: str = STANDARD
    brand: str = ""
    tags: Sequence[str] = ()
    pieces: int = 40
    pack: int = 1


@dataclass(frozen=True)
class Person:
    """A customer; `login` is the part of the address before `@example.com`. `place` is one of the shop's if not given."""

    login: str
    first: str
    last: str
    place: Mapping[str, str] | None = None
    language: str = ""

    @property
    def email(self) -> str:
        return f"{self.login}@example.com"

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, kw_only=True)
class Shop:
    slug: str
    name: str
    currency: str
    country: str
    state: str
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
    people: Sequence[Person]
    addresses: Sequence[Mapping[str, str]]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Sequence[str] = ()
    offers: Sequence[Mapping[str, Any]] = ()  # columns of a discount; categories by their names
    trade_group: str = ""
    sale: tuple[str, str, int] | None = None  # its name, its category, percent off

    def person(self, number: int) -> Person:
        return self.people[number % len(self.people)]

    def address_of(self, number: int) -> dict[str, str]:
        """A whole address for the customer with this number."""
        person = self.person(number)
        place = person.place or self.addresses[number % len(self.addresses)]
        return {"name": person.name, "line2": "", "phone": "", "country": self.country, **place}
