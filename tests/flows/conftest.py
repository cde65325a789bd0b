"""Every command that a story sends to the documents server is served by an index."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from tests.support.document_commands import Sent, is_served, recorded_commands
from tests.support.documents import documents

# A search reads the texts of a store's active products; a category list is read whole, once per catalog version.
READ_WHOLE = {("products", frozenset({"store", "status", "search_text"}))}


@pytest.fixture(autouse=True)
def _every_command_has_an_index(db: None) -> Iterator[None]:
    with recorded_commands() as sent:
        yield
    scanning = [command for command in sent if not _is_served(command)]
    assert not scanning, "\n".join(map(str, scanning))


def _is_served(command: Sent) -> bool:
    place = (command.collection, frozenset(command.condition))
    return place in READ_WHOLE or is_served(command.condition, _indexes(command.collection))


@lru_cache
def _indexes(collection: str) -> Any:
    return documents().unscoped_collection(collection).index_information()
