"""Identifiers: sortable keys for rows, unguessable tokens for links, short numbers for people."""

import secrets
import time
from datetime import datetime
from uuid import UUID

# Crockford's base 32 without the letters that read like digits or form words.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then randomness. Sorts by creation time."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def first_id_of(moment: datetime) -> UUID:
    """The least id that `new_id` can make then: rows from there on were made at that time or later."""
    milliseconds = int(moment.timestamp() * 1_000)
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80)


def random_token() -> str:
    """128 unguessable bits, safe in a URL (22 characters)."""
    return secrets.token_urlsafe(16)


def public_number(*, groups: int = 2) -> str:
    """A number for people (`7K3M-Q9TX`) that does not reveal the number of orders. 20 bits a group; check
    uniqueness."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(groups))
