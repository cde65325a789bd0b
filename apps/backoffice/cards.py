"""The rows of a list on a phone: cards of three lines. Each admin class declares the places of its columns."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

# The line and the style of each place.
_LOOKS: Final = {
    "title": "order: 1; flex: 1 1 8rem; font-weight: 650",
    "side": "order: 2",
    "facts": "order: 4",
    "end": "order: 5; margin-inline-start: auto",
    "badges": "order: 7",
}
_ROW: Final = ".bo-cards #result_list tr.data-row"


@dataclass(frozen=True)
class Card:
    """Columns by their place: title and side in the first line, facts and end in the second, badges in the third.

    `named` columns have their heading before the value, `figures` of the third line above it. Other columns are not on
    a phone; ticks and pictures always are.
    """

    title: str
    side: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    named: Collection[str] = ()
    figures: Collection[str] = ()

    def columns(self) -> list[str]:
        found: list[str] = [self.title]
        for place in fields(self)[1:]:
            if place.name in _LOOKS:
                found += getattr(self, place.name)
        return found

    @property
    def style(self) -> SafeString:
        """Rules for this list alone: what all cards share is in `backoffice.css`."""
        rules = [
            _rule(self._of(place), f"display: block; {look}")
            for place, look in _LOOKS.items()
            if self._of(place)
        ]
        if self.named:
            rules.append(_rule(self.named, "display: flex; gap: 0; align-items: center"))
            rules.append(
                _rule(self.named, "display: inline; padding-inline-end: .35rem", before=True)
            )
        if self.figures:
            rules.append(_rule(self.figures, "display: block", before=True))
        if not (self.facts or self.end):
            rules.append(f"{_ROW}::before {{ content: none }}")
        if not self.badges:
            rules.append(f"{_ROW}::after {{ content: none }}")
        return mark_safe("\n".join(rules))  # noqa: S308 (names of columns from the code)

    def _of(self, place: str) -> tuple[str, ...]:
        found: Any = getattr(self, place)
        return (found,) if isinstance(found, str) else found


def _rule(names: Collection[str], look: str, *, before: bool = False) -> str:
    chosen = ", ".join(f".field-{name}:not(:empty)" for name in names)
    return f"{_ROW} > :is({chosen}){'::before' if before else ''} {{ {look} }}"
