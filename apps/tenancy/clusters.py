"""The shared clusters of stores, by name. `main` is the master database's own; `SQL_CLUSTERS` names the others."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.common.errors import InvalidInput
from apps.tenancy.aliases import DOCUMENTS, MAIN, documents_alias


def files_place(region: str) -> Path | dict[str, Any]:
    """The storage of a region's files: a folder, or a bucket described as in Django's `STORAGES`. Raises
    `ImproperlyConfigured` if there is none; files are never written elsewhere."""
    if region == MAIN:
        return Path(settings.MEDIA_ROOT)
    place = settings.REGIONS.get(region, {}).get("files")
    if not place:
        raise ImproperlyConfigured(f"The region {region!r} has no place for files in REGIONS.")
    return dict(place) if isinstance(place, dict) else Path(place)


def region_for_data(name: str, *, has_own_documents: bool = False) -> str:
    """The region for documents and files of a store on that cluster: the region of that name, or `main` if only an SQL
    cluster has it. Raises `InvalidInput` for a region that lacks one of the three; a store with a MongoDB of its own
    needs no place for documents there."""
    region = settings.REGIONS.get(name)
    if region is None:
        return MAIN
    needed = ("sql", "files") if has_own_documents else ("sql", "documents", "files")
    missing = [what for what in needed if not region.get(what)]
    if missing:
        sentence = f"The region {name!r} lacks: {', '.join(missing)}. No store can be opened there."
        raise InvalidInput(sentence, fields={"region": [sentence]})
    return name


def list_documents_aliases() -> list[str]:
    """The databases of production documents: the platform's own and those of regions."""
    regions = (documents_alias(name) for name in settings.REGIONS)
    return [DOCUMENTS, *sorted(alias for alias in regions if alias in settings.DATABASES)]


def list_clusters() -> list[str]:
    """The names a store's `region` may have on this installation, `main` first."""
    return [MAIN, *sorted(settings.SQL_CLUSTERS)]


def require_cluster(name: str, *, has_own_documents: bool = False) -> None:
    """Raise `InvalidInput` unless the cluster exists and, if it is a region, is complete."""
    region_for_data(name, has_own_documents=has_own_documents)
    if name not in list_clusters():
        sentence = f"There is no cluster {name[:40]!r}. Clusters: {', '.join(list_clusters())}."
        raise InvalidInput(sentence, fields={"region": [sentence]})
