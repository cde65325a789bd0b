"""Lists of postal codes as a store types them: whole codes, and the beginning of codes with a star, such as `5600*`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.addresses.postal_codes import tidy_postal_code
from apps.common.text import NotText, ascii_digits, clean_code, plain_signs


class PostalRule(models.TextChoices):
    """What a list of postal codes is for."""

    ANYWHERE = "anywhere", _("Everywhere")
    ONLY = "only", _("Only for these postal codes")
    EXCEPT = "except", _("Everywhere but for these postal codes")


MOST_PATTERNS: Final = 20_000
_BETWEEN: Final = re.compile(r"[,;\n\r\t]+")
_MARKS: Final = re.compile(r"[\s\-./·:_()#]+")
_PATTERN: Final = re.compile(r"[A-Z0-9]{1,12}\*?|\*", re.ASCII)


def postal_key(code: str) -> str:
    """The form in which codes are compared: capitals and digits alone, so that `sw1a 1aa` is `SW1A1AA`.

    Digits of any script are those of ASCII. Text that is no code has no key: "".
    """
    try:
        return _MARKS.sub("", ascii_digits(clean_code(code)).upper())
    except NotText:
        return ""


def read_patterns(text: str, country: str) -> list[str]:
    """The patterns of a typed list, sorted, each once; commas, semicolons and line breaks separate them, and blanks where
    what is between them is a code of the country. Raises `ValueError` with the sentence for the form."""
    found: set[str] = set()
    for typed in _BETWEEN.split(plain_signs(text)):
        whole = _key_of(typed)
        parts = [whole] if not whole or _fits(whole, country) else [*map(_key_of, typed.split())]
        wrong = [each for each in parts if each and not _fits(each, country)]
        if wrong:
            raise ValueError(
                gettext("%(value)s is not a postal code, or the beginning of one with a star.")
                % {"value": wrong[0][:40]}
            )
        found.update(filter(None, parts))
    if len(found) > MOST_PATTERNS:
        sentence = gettext("At most %(most)s postal codes; write beginnings with a star.")
        raise ValueError(sentence % {"most": MOST_PATTERNS})
    return sorted(found)


def _key_of(typed: str) -> str:
    return _MARKS.sub("", ascii_digits(typed).upper())


def _fits(key: str, country: str) -> bool:
    if not _PATTERN.fullmatch(key):
        return False
    return key.endswith("*") or tidy_postal_code(country, key) is not None


@dataclass(frozen=True)
class PostalPatterns:
    """Patterns for many questions. Empty: nothing matches."""

    codes: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, patterns: Iterable[str]) -> PostalPatterns:
        """From `read_patterns`, as rows keep them."""
        kept = list(patterns)
        return cls(
            frozenset(each for each in kept if not each.endswith("*")),
            tuple(each[:-1] for each in kept if each.endswith("*")),
        )

    def __bool__(self) -> bool:
        return bool(self.codes or self.beginnings)

    def match(self, postal_code: str) -> bool:
        key = postal_key(postal_code)
        return bool(key) and (key in self.codes or key.startswith(self.beginnings))

    def lets_through(self, rule: str, postal_code: str, *, is_at_home: bool) -> bool:
        """Whether a code fits the rule. Lists are of the store's own country: one of where something is possible leaves out
        all others."""
        if rule == PostalRule.ANYWHERE:
            return True
        return (is_at_home and self.match(postal_code)) == (rule == PostalRule.ONLY)
