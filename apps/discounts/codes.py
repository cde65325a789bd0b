"""Coupon codes: one normal form, and new codes that can't be guessed."""

import secrets
from typing import Any, Final

from apps.common.text import NotText, fold_code

MOST_CHARACTERS: Final = 40
RANDOM_CHARACTERS: Final = 10
# Without letters and digits that look alike: 28^10 codes, so guessing one of a thousand takes 10^11 tries.
_ALPHABET: Final = "ABCDEFGHJKMNPQRTUVWXYZ346789"


def code_key(value: Any) -> str:
    """The form in which codes are kept and compared: `ｓａｖｅ 10` is `SAVE10`. "" for what can't be a code.

    NFKC, capitals, ASCII digits and hyphens; without spaces and invisible characters.
    """
    try:
        key = "".join(fold_code(value).split()).upper()
    except NotText:
        return ""
    return key if len(key) <= MOST_CHARACTERS else ""


def make_code(prefix: str = "") -> str:
    """A new random code that begins with `prefix`, in its normal form."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARACTERS))
