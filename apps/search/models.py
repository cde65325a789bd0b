"""Store home: the search index, which the catalog keeps from its documents, and what staff set for the search.

`Entry`, `Word` and `StaleMark` follow from the product documents: `manage.py rebuild_search` rebuilds them.
"""

from django.db import models

from apps.common.clock import now
from apps.common.search_words import LONGEST_WORD
from apps.search import full_text
from apps.search.fields import TermsField
from apps.tenancy.models import StoreModel


class Entry(StoreModel):
    """One product, with all that lists need to find, filter, count and sort it. `id` is the product's.

    `version` is that of the product document; an older one never overwrites a newer one. `terms` is described in
    `apps/search/terms.py`, `labels` are the facets as `name, U+001F, value`, U+001E between them, `stock_refs` the
    variants whose stock decides about `is_available`. Prices are minor units; `price_minor` is in the store's currency.
    """

    shown_on_pages = True

    id = models.CharField(max_length=24, primary_key=True)  # type: ignore[assignment]  # in place of the UUID
    version = models.IntegerField()
    status = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=240)
    position = models.IntegerField()
    title_key = models.CharField(max_length=200)
    price_minor = models.BigIntegerField(null=True)
    prices = models.JSONField(default=dict)
    is_available = models.BooleanField(default=True)
    stock_refs = models.TextField(default="")
    labels = models.TextField(default="")
    terms = TermsField(default="")

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["status", "position", "-id"], name="search_by_position"),
            models.Index(fields=["status", "price_minor", "id"], name="search_by_price"),
            models.Index(fields=["status", "title_key", "id"], name="search_by_title"),
            models.Index(fields=["status", "id"], name="search_by_age"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def guard_statements(cls, dialect: str) -> list[str]:
        """What finds its terms, as `manage.py extract_schema` prints it."""
        return list(full_text.ENTRIES[dialect])


class Word(StoreModel):
    """A word of an entry, for words that are misspelt or in the middle of others. One that is no longer in use stays
    until the next rebuild: what it leads to is searched for, so it never shows."""

    shown_on_pages = True

    id = models.CharField(max_length=LONGEST_WORD, primary_key=True)  # type: ignore[assignment]  # the word itself
    added_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.id

    @classmethod
    def guard_statements(cls, dialect: str) -> list[str]:
        """What finds parts of words, as `manage.py extract_schema` prints it."""
        return list(full_text.WORDS[dialect])


class StaleMark(StoreModel):
    """A product or variant whose entry may be old: written before its change, deleted when the entry is right again.
    A sweep does the rest of what a crash left. `ref` is the id of either."""

    ref = models.CharField(max_length=36)
    made_at = models.DateTimeField(default=now, editable=False, db_index=True)

    def __str__(self) -> str:
        return self.ref


class BuiltCopy(StoreModel):
    """A backend beside SQL that has every entry of this store. Without its row the SQL index answers."""

    shown_on_pages = True

    backend = models.CharField(max_length=20, unique=True)
    built_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name_plural = "built copies"

    def __str__(self) -> str:
        return self.backend


class Synonym(StoreModel):
    """Words that mean the same in this store: `tea, chai, चाय`."""

    shown_on_pages = True

    words = models.CharField(max_length=500)

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class MissedSearch(StoreModel):
    """A search of visitors that found nothing; `key` is the same for all spellings that are searched alike."""

    key = models.CharField(max_length=100, unique=True)
    text = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=now, editable=False)
    last_at = models.DateTimeField(default=now, editable=False, db_index=True)

    class Meta:
        ordering = ["-times", "-last_at"]
        verbose_name_plural = "missed searches"

    def __str__(self) -> str:
        return self.text
