"""The look of a store's mails. The theme is on a higher floor, so the caller passes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from apps.common.hooks import Hook


@dataclass(frozen=True)
class Letterhead:
    """`url` is the store's front door, `ink` the text colour on `brand`, `contact` where answers go. `logo` is
    the address of a picture. Both may be empty. `imprint` says who the store is, line by line."""

    url: str
    brand: str = "#1f4d3a"
    ink: str = "#ffffff"
    contact: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
    imprint: tuple[str, ...] = ()


# `letterheads.py` of the app that has the store's theme registers one function: with the contact, or without it.
letterhead_source: Final = Hook[Callable[[bool], Letterhead]]("letterheads")


def store_letterhead(*, with_contact: bool = True) -> Letterhead:
    """That of the active store, for mails of apps below the theme."""
    (make,) = letterhead_source
    return make(with_contact)
