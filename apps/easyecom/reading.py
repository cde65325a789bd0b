"""Orders as EasyEcom writes them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from apps.integrations.reading import text_of

# An order that was made once more there, for a replacement or after a return, has our number with one of these.
_SUFFIX: Final = re.compile(r"(?:_(?:OR|RE)\d+)+$", re.IGNORECASE)


def number_of(order: Mapping[str, Any]) -> str:
    """Our number: the reference without what EasyEcom adds to it."""
    return _SUFFIX.sub("", text_of(order.get("reference_code")))
