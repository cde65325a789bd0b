"""The look of a store's mails. The theme is on a higher floor, so the caller passes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """`url` is the store's front door, `ink` the text colour on `brand`, `contact` where answers go. `logo` is
    the address of a picture. Both may be empty."""

    url: str
    brand: str = "#1f4d3a"
    ink: str = "#ffffff"
    contact: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
