"""Whether an address is inside an area: arithmetic, no query. A shipping method has one, and so has each zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.common.addresses import region_key
from apps.common.addresses.postal_patterns import PostalPatterns, PostalRule
from apps.common.addresses.states_of_codes import states_of_code
from apps.tenancy.context import current_store


@dataclass(frozen=True)
class Place:
    """Where a parcel goes, as far as it is known by now."""

    country: str
    region: str = ""
    postal_code: str = ""

    @classmethod
    def of(cls, address: Mapping[str, Any]) -> Place:
        return cls.at(
            *(str(address.get(name) or "") for name in ("country", "region", "postal_code"))
        )

    @classmethod
    def at(cls, country: str, region: str = "", postal_code: str = "") -> Place:
        """A region that is not said follows from a postal code that is of one region alone."""
        country = country.upper()
        if postal_code and not region:
            states = states_of_code(country, postal_code)
            region = states[0] if len(states) == 1 else ""
        return cls(country, region, postal_code)


@dataclass(frozen=True)
class Area:
    """Countries and regions, none: everywhere; and a rule about postal codes, which are of the store's own country."""

    countries: frozenset[str] = frozenset()
    regions: frozenset[tuple[str, str]] = frozenset()
    rule: str = PostalRule.ANYWHERE
    patterns: PostalPatterns = field(default_factory=PostalPatterns)

    @classmethod
    def of(
        cls,
        *,
        countries: Iterable[str],
        regions: Iterable[str] = (),
        rule: str = PostalRule.ANYWHERE,
        postal_codes: Iterable[str] = (),
    ) -> Area:
        """From what rows keep. A region is `IN-KA`."""
        pairs = (each.partition("-") for each in regions)
        return cls(
            frozenset(countries),
            frozenset((country, region_key(country, region)) for country, _dash, region in pairs),
            rule,
            PostalPatterns.of(postal_codes),
        )

    @property
    def is_everywhere(self) -> bool:
        return not self.countries and not self.regions

    @property
    def touched(self) -> frozenset[str]:
        """The countries of which something is in it; none where it is everywhere."""
        return self.countries | {country for country, _key in self.regions}

    def touches(self, country: str) -> bool:
        return self.is_everywhere or country in self.touched

    def holds(self, place: Place) -> bool:
        """What is not typed yet, a region or a postal code, is no reason against it."""
        if not (self.is_everywhere or place.country in self.countries or self._has_region(place)):
            return False
        is_at_home = place.country == current_store().country
        return not place.postal_code or self.patterns.lets_through(
            self.rule, place.postal_code, is_at_home=is_at_home
        )

    def _has_region(self, place: Place) -> bool:
        keys = {key for country, key in self.regions if country == place.country}
        return bool(keys) and (not place.region or region_key(place.country, place.region) in keys)


@dataclass(frozen=True)
class Load:
    """What is sent: its weight, and how many pieces there are of each profile."""

    grams: int = 0
    pieces: Mapping[str, int] = field(default_factory=dict)
