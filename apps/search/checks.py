"""Checks of the settings of search. A server does not start with an error among them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from apps.search.backends.chosen import NAMES
from apps.search.backends.mongodb import MongoCopy
from apps.search.backends.opensearch import OpenSearchCopy
from apps.search.backends.opensearch_server import is_address


@register("search")
def check_backends(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every chosen backend is a known one, and has an address."""
    chosen = {settings.SEARCH_BACKEND, *settings.SEARCH_BACKEND_OF.values()}
    found: list[CheckMessage] = [
        Error(
            f"There is no search backend {name!r}.",
            hint=f"SEARCH_BACKEND and SEARCH_BACKEND_OF know {', '.join(NAMES)}.",
            id="search.E001",
        )
        for name in sorted(chosen - set(NAMES))
    ]
    if OpenSearchCopy.name in chosen and not is_address(settings.OPENSEARCH_URL):
        found.append(
            Error(
                "Stores search in OpenSearch, and OPENSEARCH_URL is no address.",
                hint="Set it to https://user:password@host:9200.",
                id="search.E002",
            )
        )
    authority = settings.OPENSEARCH_CA_FILE
    if authority and not Path(authority).is_file():
        found.append(
            Error(
                f"OPENSEARCH_CA_FILE is no file: {authority}.",
                hint="Name the certificate of the authority, or leave it empty.",
                id="search.E003",
            )
        )
    if MongoCopy.name in chosen and settings.DOCUMENTS_ARE_EMBEDDED:
        found.append(
            Warning(
                "Stores search in MongoDB, and the embedded documents server has no text indexes: SQL answers.",
                hint="Set MONGODB_URI to a MongoDB server.",
                id="search.W001",
            )
        )
    return found
