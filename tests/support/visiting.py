"""One visitor of a store, and what the visit took."""

import time
from typing import Any

from django.db import connections
from django.test import Client

from apps.common.ids import random_token
from apps.platform.models import Store

FOUND = 404


def visit(store: Store, path: str = "") -> tuple[int, float, Any]:
    """Status, seconds and the whole answer of one visitor."""
    client = Client(headers={"host": f"{store.slug}.localhost"}, raise_request_exception=False)
    started = time.monotonic()
    try:
        # an order nobody has: 404, but only the store's own database knows
        answer = client.get(path or f"/orders/{random_token()}/")
    finally:
        connections.close_all()
    return answer.status_code, time.monotonic() - started, answer
