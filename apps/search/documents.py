"""Documents home: `search_documents` and `search_words`, the copy of the search index for MongoDB's `$text`.

They follow from the SQL index; `apps/search/backends/mongodb.py` writes and reads them, and makes the text index.
"""

from __future__ import annotations

from django.db import models
from django_mongodb_backend.fields import ArrayField

from apps.common.clock import now
from apps.tenancy.documents.models import Document


class SearchDocument(Document):
    """One product's entry. `ref` is its id, `text` its words as the text index takes them, the rest as in `Entry`."""

    ref = models.CharField(max_length=24)
    version = models.IntegerField()
    status = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=240)
    position = models.IntegerField()
    title_key = models.CharField(max_length=200)
    prices = models.JSONField(default=dict)
    is_available = models.BooleanField(default=True)
    labels = ArrayField(models.CharField(max_length=200), default=list)
    terms = ArrayField(models.CharField(max_length=80), default=list)
    text = models.TextField(default="")

    class Meta:
        db_table = "search_documents"
        constraints = [models.UniqueConstraint(fields=["store", "ref"], name="search_document_ref")]
        indexes = [models.Index(fields=["store", "ref", "version"], name="search_document_version")]

    def __str__(self) -> str:
        return self.title


class SearchWord(Document):
    """A word or a code of the store's entries, for beginnings: the text index knows whole words only."""

    word = models.CharField(max_length=60)
    added_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        db_table = "search_words"
        constraints = [models.UniqueConstraint(fields=["store", "word"], name="search_word_word")]

    def __str__(self) -> str:
        return self.word
