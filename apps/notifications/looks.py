"""How a mail looks elsewhere: in a program with dark colours, or in one that ignores styles."""

import re
from typing import Final

_SCHEME: Final = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_DECLARED: Final = re.compile(r"color-scheme:\s*light dark")
_STYLES: Final = re.compile(r"<style>.*?</style>", re.DOTALL)
_STYLE: Final = re.compile(r'\s(?:style|bgcolor|class)="[^"]*"')


def as_seen(html: str, look: str) -> str:
    """The HTML of a mail of ours as a program shows it: `dark`, `light`, or `plain`; any other look leaves it as it is."""
    if look == "plain":
        return _STYLE.sub("", _STYLES.sub("", html))
    if look not in ("dark", "light"):
        return html
    seen = _SCHEME.sub("@media all" if look == "dark" else "@media not all", html)
    return _DECLARED.sub(f"color-scheme: {look}", seen)
