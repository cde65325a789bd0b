"""Collects errors, and reads plain values from untrusted input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from apps.common.html import clean_html
from apps.common.slugs import MAX_SLUG, clean_slug
from apps.common.text import NotText, clean_block, clean_code, clean_line, has_letter


class Faults:
    """Paths and sentences, as `InvalidInput.fields` wants them."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, sentence: str) -> None:
        self.fields.setdefault(path, []).append(sentence)

    def line(self, path: str, value: Any, *, most: int, required: bool = False) -> str:
        """A line in its normal form; "" and a fault for invalid text."""
        return self._text(clean_line, path, value, most, required)

    def name(self, path: str, value: Any, *, most: int) -> str:
        """A line that serves as a name: it has a letter or a digit."""
        text = self.line(path, value, most=most, required=True)
        if text and not has_letter(text):
            self.add(path, gettext("This needs a letter or a digit."))
        return text

    def block(self, path: str, value: Any, *, most: int) -> str:
        """Several lines in their normal form; "" and a fault for invalid text."""
        return self._text(clean_block, path, value, most, False)

    def code(self, path: str, value: Any, *, most: int, required: bool = False) -> str:
        """A code in its normal form; "" and a fault for invalid text."""
        return self._text(clean_code, path, value, most, required)

    def html(self, path: str, value: Any, *, most: int) -> str:
        """Sanitized HTML; "" and a fault for invalid text."""
        return self._text(clean_html, path, value, most, False)

    def slug(self, path: str, value: Any) -> str:
        """A slug in its normal form; "" and a fault for an invalid slug."""
        return self._text(clean_slug, path, value, MAX_SLUG, False)

    def _text(
        self, clean: Callable[[Any], str], path: str, value: Any, most: int, required: bool
    ) -> str:
        try:
            cleaned = clean("" if value is None and not required else value)
        except NotText as error:
            self.add(path, str(error))
            return ""
        if required and not cleaned:
            self.add(path, gettext("This is required."))
        if len(cleaned) > most:
            self.add(path, gettext("At most %(most)s characters.") % {"most": most})
        return cleaned

    def number(self, path: str, value: Any, *, least: int, most: int) -> int:
        """A whole number in the range; `least` and a fault for anything else. A bool is not a number."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, gettext("This must be a whole number."))
            return least
        if not least <= value <= most:
            self.add(
                path,
                gettext("This must be between %(least)s and %(most)s.")
                % {"least": least, "most": most},
            )
            return least
        return value

    def flag(self, path: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.add(path, gettext("This must be true or false."))
        return bool(value)

    def items(self, path: str, value: Any, *, most: int) -> list[Any]:
        """A list of limited length; an empty list and a fault for anything else."""
        if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple)):
            self.add(path, gettext("This must be a list."))
            return []
        if len(value) > most:
            self.add(path, gettext("At most %(most)s.") % {"most": most})
            return []
        return list(value)
