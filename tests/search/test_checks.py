"""Settings of search that can't work are named before a server starts."""

from typing import Any

from apps.search.checks import check_backends


def test_an_unknown_backend_and_a_missing_address_are_errors(settings: Any) -> None:
    assert check_backends(None) == []
    settings.SEARCH_BACKEND_OF = {"alpha": "opensearch", "beta": "solr"}
    settings.OPENSEARCH_URL = "search.example"
    assert [error.id for error in check_backends(None)] == ["search.E001", "search.E002"]
    settings.OPENSEARCH_URL = "https://search.example:9200"
    settings.OPENSEARCH_CA_FILE = "/nowhere/authority.pem"
    assert [error.id for error in check_backends(None)] == ["search.E001", "search.E003"]
    settings.OPENSEARCH_CA_FILE = ""
    assert [error.id for error in check_backends(None)] == ["search.E001"]


def test_the_embedded_documents_server_can_not_search(settings: Any) -> None:
    settings.SEARCH_BACKEND = "mongodb"
    for is_embedded, found in ((True, ["search.W001"]), (False, [])):
        settings.DOCUMENTS_ARE_EMBEDDED = is_embedded
        assert [error.id for error in check_backends(None)] == found
