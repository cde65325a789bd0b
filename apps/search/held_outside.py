"""The copies of the index in other servers go with their store."""

from apps.operations.deletion.held_outside import deletes_outside
from apps.search import services as search


@deletes_outside
def drop_copies() -> None:
    search.drop_copies()
