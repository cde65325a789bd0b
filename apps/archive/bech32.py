"""Bech32 (BIP 173), the text form of age keys: a prefix, `1`, the bytes in groups of five bits, and a checksum."""

from collections.abc import Iterable
from typing import Final

ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM: Final = 6  # characters


def decode(text: str, prefix: str) -> bytes:
    """The bytes of a key. Raises `ValueError` for another prefix, a wrong checksum or mixed case."""
    lower = text.lower()
    if text not in (lower, text.upper()):
        raise ValueError("mixed case")
    found, _, data = lower.rpartition("1")
    if found != prefix or len(data) < CHECKSUM:
        raise ValueError("another prefix")
    values = [ALPHABET.index(one) for one in data]
    if _checksum([*_expand(prefix), *values]) != 1:
        raise ValueError("wrong checksum")
    number = 0
    for value in values[:-CHECKSUM]:
        number = number << 5 | value
    size, padding = divmod(5 * (len(values) - CHECKSUM), 8)
    if padding > 4 or number & ((1 << padding) - 1):
        raise ValueError("wrong padding")
    return (number >> padding).to_bytes(size)


def _expand(prefix: str) -> list[int]:
    return [*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix)]


def _checksum(values: Iterable[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for index, polynomial in enumerate(GENERATOR):
            if top >> index & 1:
                total ^= polynomial
    return total
