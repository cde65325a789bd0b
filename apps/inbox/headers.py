"""The headers of a message that are kept: names and values, without secrets."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_SECRET: Final = re.compile(r"auth|cookie|key|password|secret|signature|token", re.IGNORECASE)
_MOST: Final = 40
_LONGEST: Final = 300


def without_secrets(headers: Mapping[str, str], *, secrets: Sequence[str] = ()) -> dict[str, str]:
    """The first headers with lower-case names, shortened. Those whose name or value may be a secret are left out:
    `secrets` are those that the sender gave."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        if not value or _SECRET.search(name) or any(secret in value for secret in secrets):
            continue
        kept[name.lower()[:80]] = value[:_LONGEST].replace("\x00", "")
        if len(kept) == _MOST:
            break
    return kept
