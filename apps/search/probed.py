"""OpenSearch, if any store searches there."""

from apps.diagnostics.other_servers import OtherServer, probes
from apps.search.backends.chosen import list_copies
from apps.search.backends.opensearch import OpenSearchCopy
from apps.search.backends.opensearch_server import opensearch_server


@probes
def list_servers() -> list[OtherServer]:
    if not any(copy.name == OpenSearchCopy.name for copy in list_copies()):
        return []
    return [OtherServer("search", "searches of shops", "OpenSearch", _ask)]


def _ask() -> None:
    opensearch_server().ping()
