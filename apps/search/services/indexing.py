"""Keeps the index: rows are written by one statement that never puts an older version over a newer one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from apps.common.search_words import search_words
from apps.search import terms
from apps.search.asking import SQL
from apps.search.facets import LABEL_END, NAME_END
from apps.search.models import Entry, Word
from apps.search.queries import NewEntry
from apps.search.services.copying import copy_entries, remove_copies
from apps.search.stock import read_stock
from apps.search.terms import any_of, variant_term

_MOST_DESCRIPTION_WORDS: Final = 200
_WORDS_AT_ONCE: Final = 500


def put_entries(entries: Sequence[NewEntry], *, copied: bool = True) -> None:
    """Write these products into the index, three statements for any number of them. Repeatable. Not `copied`: a
    `rebuild_copy` follows."""
    if not entries:
        return
    stock = read_stock(ref for entry in entries for ref in entry.stock_refs)
    SQL.put([_row_of(entry, stock) for entry in sorted(entries, key=lambda entry: entry.id)])
    _learn_words(entries)
    if copied:
        copy_entries([entry.id for entry in entries])


def remove_entries(ids: Iterable[str]) -> None:
    """Take products out of the index. Repeatable."""
    gone = list(ids)
    SQL.remove(gone)
    remove_copies(gone)


def renew_availability(variant_refs: Iterable[str]) -> int:
    """Read the stock of the products with these variants again; the number of entries that changed."""
    refs = list(variant_refs)
    if not refs:
        return 0
    found = Entry.objects.filter(terms__matches=any_of(map(variant_term, refs)))
    rows = list(found.values_list("id", "is_available", "stock_refs"))
    stock = read_stock(ref for _id, _is, refs_of in rows for ref in refs_of.split())
    changed: dict[bool, list[str]] = {True: [], False: []}
    for key, was_available, refs_of in rows:
        is_available = _has_pieces(refs_of.split(), stock)
        if is_available != was_available:
            changed[is_available].append(key)
    count = sum(
        Entry.objects.filter(pk__in=sorted(ids)).update(is_available=is_available)
        for is_available, ids in changed.items()
        if ids
    )
    copy_entries([*changed[True], *changed[False]])
    return count


def forget_words(*, added_before: datetime, kept: frozenset[str]) -> None:
    """Delete the older words that are in no product any more."""
    old = Word.objects.filter(added_at__lt=added_before).values_list("id", flat=True)
    gone = [word for word in old.iterator() if word not in kept]
    for start in range(0, len(gone), _WORDS_AT_ONCE):
        Word.objects.filter(pk__in=gone[start : start + _WORDS_AT_ONCE]).delete()


def words_of_entry(entry: NewEntry) -> set[str]:
    """The words of an entry that others may be corrected to or be parts of; those of the description are not."""
    return set(_mentioned(entry))


def _row_of(entry: NewEntry, stock: Mapping[str, int]) -> Entry:
    return Entry(
        id=entry.id,
        version=entry.version,
        status=entry.status,
        title=entry.title,
        slug=entry.slug,
        position=entry.position,
        title_key=entry.title_key,
        price_minor=entry.price_minor,
        prices=entry.prices,
        is_available=_has_pieces(entry.stock_refs, stock),
        stock_refs=" ".join(entry.stock_refs),
        labels=LABEL_END.join(f"{name}{NAME_END}{value}" for name, value in entry.labels),
        terms=" ".join(_terms_of(entry)),
    )


def _has_pieces(refs: Sequence[str], stock: Mapping[str, int]) -> bool:
    return not refs or any(stock.get(ref, 0) > 0 for ref in refs)


def _terms_of(entry: NewEntry) -> list[str]:
    titled = dict.fromkeys(_words([entry.title]))
    mentioned = dict.fromkeys(_mentioned(entry))
    described = dict.fromkeys(search_words(entry.description)[:_MOST_DESCRIPTION_WORDS])
    found = [
        *(terms.TITLE + word for word in titled),
        *(terms.WORD + word for word in mentioned),
        *(terms.DESCRIPTION + word for word in described if word not in mentioned),
        *(terms.CODE + code for code in map(terms.code_of, entry.codes) if code),
        *(terms.category_term(key).token for key in entry.categories),
        *(terms.label_term(name, value).token for name, value in entry.labels),
        *(terms.variant_term(ref).token for ref in entry.stock_refs),
    ]
    return list(dict.fromkeys(found))


def _mentioned(entry: NewEntry) -> Iterable[str]:
    """Codes are joined in a term of their own: a common beginning of all SKUs would be as many words."""
    yield from _words([entry.title, *entry.mentions])
    for code in entry.codes:
        yield from search_words(code)


def _words(texts: Iterable[str]) -> Iterable[str]:
    """Each word; a compound also as one, so that `tshirt` finds a T-shirt."""
    for text in texts:
        yield from search_words(text)
        for part in text.split():
            words = search_words(part)
            if len(words) > 1:
                yield "".join(words)[: terms.LONGEST_WORD]


def _learn_words(entries: Sequence[NewEntry]) -> None:
    words = sorted(set().union(*map(words_of_entry, entries)))
    Word.objects.bulk_create(
        (Word(id=word) for word in words), ignore_conflicts=True, batch_size=1000
    )
