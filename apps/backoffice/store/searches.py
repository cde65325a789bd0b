"""Synonyms of a store, and searches of visitors that found nothing."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.sites import store_admin
from apps.search.models import MissedSearch, Synonym
from apps.search.understanding import synonyms_of


class SynonymForm(forms.ModelForm):
    class Meta:
        model = Synonym
        fields = ("words",)
        labels = {"words": _("Words that mean the same")}
        help_texts = {
            "words": _(
                "With commas between them, such as: tea, chai, cutting chai. A search for one finds products with any."
            )
        }

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if len(synonyms_of(words)) < 2:
            raise forms.ValidationError(
                gettext("Write at least two words, with a comma between them.")
            )
        return words


@admin.register(Synonym, site=store_admin)
class SynonymAdmin(Admin):
    form = SynonymForm
    list_display = ("words",)
    card = Card("words")
    search_fields = ("words",)


@admin.register(MissedSearch, site=store_admin)
class MissedSearchAdmin(RecordAdmin):
    """The most frequent first. A synonym, a product or another word in a title is the remedy."""

    list_display = ("text", "times", "last", "in_shop")
    card = Card("text", side=("times",), end=("last",), named=("times",))
    search_fields = ("text",)
    empty_advice = _("Searches of visitors that find nothing appear here.")
    fields = ("text", "times", "first", "last")

    @display(description=_("first"), ordering="first_at")
    def first(self, missed: MissedSearch) -> Any:
        return moment(missed.first_at)

    @display(description=_("last"), ordering="last_at")
    def last(self, missed: MissedSearch) -> Any:
        return moment(missed.last_at)

    @display(description=_("in the shop"))
    def in_shop(self, missed: MissedSearch) -> SafeString:
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}<span class="bo-hidden"> {}</span></a>',
            shop_search_of(missed),
            gettext("Search"),
            missed.text,
        )


def shop_search_of(missed: MissedSearch) -> str:
    address = reverse("storefront:search", urlconf="config.urls.store")
    return f"{address}?{urlencode({'q': missed.text})}"
