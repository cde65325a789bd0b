"""Gathers what is wrong, and reads plain values out of input that may be anything."""

from __future__ import annotations

import re
from typing import Any

# Control characters have no place in a text of the catalog; line breaks and tabs only in long ones.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Faults:
    """Paths and sentences, as `InvalidInput.fields` wants them."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, sentence: str) -> None:
        self.fields.setdefault(path, []).append(sentence)

    def text(
        self, path: str, value: Any, *, most: int, required: bool = False, lines: bool = False
    ) -> str:
        """Trimmed text, or "" with a fault."""
        if not isinstance(value, str):
            self.add(path, "This must be text.")
            return ""
        cleaned = value.strip()
        if _CONTROL.search(cleaned) or (not lines and re.search(r"[\r\n]", cleaned)):
            self.add(path, "This contains characters that are not allowed.")
            return ""
        if required and not cleaned:
            self.add(path, "This is required.")
        if len(cleaned) > most:
            self.add(path, f"At most {most} characters.")
        return cleaned

    def number(self, path: str, value: Any, *, least: int, most: int) -> int:
        """A whole number in the range, or `least` with a fault. A bool is not a number."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "This must be a whole number.")
            return least
        if not least <= value <= most:
            self.add(path, f"This must be between {least} and {most}.")
            return least
        return value

    def flag(self, path: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.add(path, "This must be true or false.")
        return bool(value)

    def items(self, path: str, value: Any, *, most: int) -> list[Any]:
        """A list that ends somewhere, or an empty one with a fault."""
        if isinstance(value, (str, bytes)) or not isinstance(value, (list, tuple)):
            self.add(path, "This must be a list.")
            return []
        if len(value) > most:
            self.add(path, f"At most {most}.")
            return []
        return list(value)
