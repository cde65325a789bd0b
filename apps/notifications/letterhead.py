"""How a store's mails look. The theme lives above this app, so whoever writes a mail brings it along."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """`url` is the store's front door, `ink` the text colour on `brand`, `contact` where answers go (may be empty)."""

    url: str
    brand: str = "#1f4d3a"
    ink: str = "#ffffff"
    contact: str = ""
