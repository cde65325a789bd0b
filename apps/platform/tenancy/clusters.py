"""The shared clusters of stores, by name. `main` is the master database's own; `SQL_CLUSTERS` names the others."""

from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from apps.common.errors import InvalidInput

MAIN: Final = "main"


def cluster_alias(name: str) -> str:
    """The database alias of a cluster. A name that is not set up gives an alias that does not exist: fails closed."""
    return DEFAULT_DB_ALIAS if name == MAIN else f"cluster_{name}"


def list_clusters() -> list[str]:
    """The names a store's `region` may have on this installation, `main` first."""
    return [MAIN, *sorted(settings.SQL_CLUSTERS)]


def require_cluster(name: str) -> None:
    """Raise `InvalidInput` unless there is such a cluster."""
    if name not in list_clusters():
        sentence = f"There is no cluster {name[:40]!r}. Clusters: {', '.join(list_clusters())}."
        raise InvalidInput(sentence, fields={"region": [sentence]})
