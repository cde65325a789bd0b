"""Reading a webhook's body: nothing that is sent may break more than itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.gateways.errors import MalformedEvent


@contextmanager
def reading_an_event() -> Iterator[None]:
    """Whatever a body of another form breaks is a `MalformedEvent`."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedEvent() from error


def short_text(value: object, limit: int = 120) -> str:
    """Raises `ValueError` for what is no text, too long, or can't be stored."""
    if not isinstance(value, str) or not 0 < len(value) <= limit or "\x00" in value:
        raise ValueError("not a short text")
    value.encode()  # half a surrogate pair is a ValueError, too
    return value
