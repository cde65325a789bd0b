"""Filters, sort and page of a list of products, as they are in the URL."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True)
class Wanted:
    """The requested list; invalid values in the URL are ignored."""

    q: str
    sort: str
    page: int
    price_min_minor: int | None
    price_max_minor: int | None

    @property
    def has_filters(self) -> bool:
        return self.price_min_minor is not None or self.price_max_minor is not None

    def as_arguments(self) -> dict[str, Any]:
        return {
            "q": self.q or None,
            "sort": self.sort,
            "page": self.page,
            "per_page": PER_PAGE,
            "price_min_minor": self.price_min_minor,
            "price_max_minor": self.price_max_minor,
        }


class ListingForm(forms.Form):
    """Bound to the query string. It never refuses a request: an invalid filter shows an error and is ignored."""

    q = LineField(required=False, max_length=MOST_SEARCHED)
    sort = forms.ChoiceField(choices=SORTS, required=False, label=_("Sort by"))
    price_min = AmountField(required=False, label=_("Lowest price"))
    price_max = AmountField(required=False, label=_("Highest price"))
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
        if lowest is not None and highest is not None and lowest > highest:
            lowest, highest = highest, lowest
        return Wanted(
            q=words,
            sort=values.get("sort") or ("relevance" if words else "featured"),
            page=values.get("page") or 1,
            price_min_minor=lowest,
            price_max_minor=highest,
        )
