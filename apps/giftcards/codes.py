"""Codes of gift cards: 100 random bits, of which only a hash and the last four letters are kept.

The hash has no key: a code that is printed on paper outlives keys, moves and restores. 80 bits that no table shows make
guessing it from a stolen database as hopeless as guessing the code at the door.
"""

import secrets
from hashlib import sha256
from typing import Final

from apps.common.text import NotText, fold_code

# No letters and digits that are read as one another.
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS: Final = 5
_GROUP: Final = 4
LENGTH: Final = _GROUPS * _GROUP


def make_code() -> str:
    """`7K3M-Q9TX-...`: five groups of four letters."""
    return in_groups("".join(secrets.choice(LETTERS) for _ in range(LENGTH)))


def in_groups(plain: str) -> str:
    """As people read it, of a code in its one form."""
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def read_code(typed: str) -> str:
    """The one form of a code, however it was typed: letters and digits in capitals. "" for what can't be a code."""
    try:
        folded = fold_code(typed[:200])
    except NotText:
        return ""
    plain = "".join(letter for letter in folded if letter.isalnum()).upper()
    return plain if len(plain) == LENGTH and plain.isascii() else ""


def hash_code(plain: str) -> str:
    """What is stored of a code in its one form."""
    return sha256(f"gift-card:{plain}".encode()).hexdigest()


def last_four(plain: str) -> str:
    return plain[-_GROUP:]
