from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from apps.platform.models import Store
from apps.platform.selectors import forget_addresses
from apps.platform.states import StoreStatus


@pytest.fixture
def closed(store: Any, browse: Any) -> Iterator[Any]:
    """Closes the store in one way or another and answers its home page."""

    def close(**changes: Any) -> Any:
        Store.objects.filter(pk=store.pk).update(**changes)
        forget_addresses()
        return browse.get("/")

    yield close
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.ACTIVE, is_published=True)
    forget_addresses()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": StoreStatus.SUSPENDED}, "This store is closed for now"),
        ({"is_published": False}, "Opening soon"),
        ({"status": StoreStatus.PROVISIONING}, "being set up"),
    ],
)
def test_a_closed_store_says_so_and_says_what_comes_next(
    closed: Any, changes: dict[str, Any], words: str
) -> None:
    answer = closed(**changes)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert words in page
    assert "Alpha" in page
    assert "<link" not in page  # nothing else is served on this host, not even a stylesheet


def test_an_unknown_host_is_told_what_to_check(db: None, client: Client) -> None:
    answer = client.get("/", headers={"host": "nobody.localhost"})
    assert answer.status_code == 404
    assert "There is no store at this address" in answer.content.decode()
