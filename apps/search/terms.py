"""Terms: what an entry is found by, as plain tokens that every full-text index takes as whole words.

    t_chai   a word of the title           x_ab1    a whole SKU or barcode
    w_chai   a word of title, brand, tags, SKUs, options    c_...    a category
    d_chai   a word of the description     l_...    a value of a facet     v_...    a variant

A condition is a tree of `All`, `Any` and `Term`; each database writes it in its own words. Tokens hold only letters,
marks, digits and the underscore, at least three of them: MariaDB leaves out shorter words and English stop words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from apps.common.search_words import LONGEST_WORD, search_words
from apps.common.text import fold

TITLE: Final = "t_"
WORD: Final = "w_"
DESCRIPTION: Final = "d_"
CODE: Final = "x_"
CATEGORY: Final = "c_"
LABEL: Final = "l_"
VARIANT: Final = "v_"


@dataclass(frozen=True)
class Term:
    """One token; with `is_beginning` every token that begins so."""

    token: str
    is_beginning: bool = False


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Condition, ...]


Condition = Term | All | Any


def code_of(text: str) -> str:
    """A SKU, a barcode or a query without its signs: `AB-1` and `ab 1` are one. "" for text without letters or digits."""
    return "".join(search_words(text))[:LONGEST_WORD]


def category_term(category_id: object) -> Term:
    return Term(f"{CATEGORY}{category_id}")


def variant_term(variant_ref: str) -> Term:
    return Term(VARIANT + variant_ref.replace("-", ""))


def label_term(name: str, value: str) -> Term:
    """Names and values count without case and accents."""
    digest = blake2b(f"{fold(name)}\0{fold(value)}".encode(), digest_size=8).hexdigest()
    return Term(LABEL + digest)


def as_tsquery(condition: Condition) -> str:
    if isinstance(condition, Term):
        return f"'{condition.token}'{':*' if condition.is_beginning else ''}"
    sign = " & " if isinstance(condition, All) else " | "
    return f"({sign.join(map(as_tsquery, condition.parts))})"


def as_boolean_mode(condition: Condition) -> str:
    """For `AGAINST (... IN BOOLEAN MODE)`."""
    written = _written(condition)
    return written if isinstance(condition, All) else f"+{written}"


def _written(condition: Condition) -> str:
    if isinstance(condition, Term):
        return f"{condition.token}{'*' if condition.is_beginning else ''}"
    if isinstance(condition, All):
        return f"({' '.join(f'+{_written(part)}' for part in condition.parts)})"
    return f"({' '.join(map(_written, condition.parts))})"


def all_of(parts: Iterable[Condition]) -> Condition | None:
    """None for no parts: no condition."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else All(found) if found else None


def any_of(parts: Iterable[Condition]) -> Condition:
    """At least one part is needed."""
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else Any(found)
