"""What every operation in the OpenAPI document has in common."""

from collections.abc import Callable
from typing import Any

API_PREFIX = "/api/"

Endpoint = tuple[str, str, str, Callable[..., Any]]


def only_api(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Leaves out what other libraries route outside the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(API_PREFIX)]
