"""The platform's front page tells strangers nothing about who sells there."""

from collections.abc import Callable
from typing import Any

from django.test import Client


def test_open_stores_are_named_only_where_the_settings_say_so(
    store: Any, client_for: Callable[..., Client], settings: Any
) -> None:
    assert store.name not in client_for(None).get("/").content.decode()
    settings.LANDING_LISTS_STORES = True
    assert store.name in client_for(None).get("/").content.decode()
