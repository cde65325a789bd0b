"""Filters, sort and page of a list of products, as they are in the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.catalog.selectors import CategoryNode, Filters
from apps.common.fields import AmountField, LineField, set_money_of
from apps.common.text import line_of
from apps.tenancy.context import current_store

SORTS = (
    ("featured", _("Featured")),
    ("newest", _("Newest")),
    ("price_asc", _("Price, low to high")),
    ("price_desc", _("Price, high to low")),
    ("title", _("Name, A to Z")),
)
BEST_MATCH = ("relevance", _("Best match"))  # of a search, where it is the first choice
PER_PAGE = 24
MAX_PAGE = 10_000
MOST_SEARCHED = 100  # characters of a search
MOST_CHOSEN = 30
# Between the name of a facet and a value of it, in the address.
LABEL_SIGN = ":"


@dataclass(frozen=True)
class ChosenLabel:
    """A chosen value of a facet. `others` are the remaining ones, as the address has them without it."""

    name: str
    value: str
    others: Sequence[str]


class LabelsField(forms.Field):
    """`f=Colour:Red&f=Colour:Blue`: the chosen values by facet; what is nonsense is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> dict[str, list[str]]:
        chosen: dict[str, list[str]] = {}
        for text in dict.fromkeys((value or [])[:MOST_CHOSEN]):
            name, _sign, label = line_of(text, most=200).partition(LABEL_SIGN)
            if name and label:
                chosen.setdefault(name, []).append(label)
        return chosen


@dataclass(frozen=True)
class Wanted:
    """The requested list; invalid values in the URL are ignored.

    `is_swapped`: the address has the higher price as `price_min`.
    """

    q: str
    sort: str
    page: int
    price_min_minor: int | None
    price_max_minor: int | None
    labels: Mapping[str, Sequence[str]]
    is_available: bool
    is_swapped: bool = False

    @property
    def has_price(self) -> bool:
        return self.price_min_minor is not None or self.price_max_minor is not None

    @property
    def has_filters(self) -> bool:
        return self.has_price or self.is_available or bool(self.labels)

    @property
    def chosen(self) -> list[ChosenLabel]:
        pairs = [(name, value) for name, values in self.labels.items() for value in values]
        return [
            ChosenLabel(*pair, [LABEL_SIGN.join(other) for other in pairs if other != pair])
            for pair in pairs
        ]

    def filters(self, category: CategoryNode | None) -> Filters:
        return {
            "category": category,
            "q": self.q or None,
            "price_min_minor": self.price_min_minor,
            "price_max_minor": self.price_max_minor,
            "labels": self.labels,
            "is_available": self.is_available,
        }


class ListingForm(forms.Form):
    """Bound to the query string. It never refuses a request: an invalid filter shows an error and is ignored."""

    q = LineField(required=False, max_length=MOST_SEARCHED)
    sort = forms.ChoiceField(choices=SORTS, required=False, label=_("Sort by"))
    price_min = AmountField(required=False, label=_("Lowest price"))
    price_max = AmountField(required=False, label=_("Highest price"))
    f = LabelsField(required=False)
    available = forms.BooleanField(required=False, label=_("Only what is in stock"))
    page = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        store = current_store()
        set_money_of(self, currency=store.currency, language=store.language)
        if self.data.get("q", "").strip():
            self.fields["sort"].choices = [BEST_MATCH, *SORTS]  # type: ignore[attr-defined]
        for name in ("price_min", "price_max"):
            self.fields[name].is_optional = False  # type: ignore[attr-defined]  # of course it is

    def wanted(self) -> Wanted:
        self.is_valid()
        values = self.cleaned_data
        words = values.get("q") or ""
        if "q" in self.errors:  # too long: a link or a script, whose beginning is searched for
            words = line_of(self.data.get("q", ""))[:MOST_SEARCHED]
        lowest, highest = values.get("price_min"), values.get("price_max")
        is_swapped = lowest is not None and highest is not None and lowest > highest
        if is_swapped:
            lowest, highest = highest, lowest
        return Wanted(
            q=words,
            sort=values.get("sort") or ("relevance" if words else "featured"),
            page=values.get("page") or 1,
            price_min_minor=lowest,
            price_max_minor=highest,
            labels=values.get("f") or {},
            is_available=bool(values.get("available")),
            is_swapped=is_swapped,
        )
