"""Every read of kept pictures."""

from __future__ import annotations

from collections.abc import Collection

from apps.pictures.documents import KeptPicture


def find_kept(tokens: Collection[str]) -> dict[str, KeptPicture]:
    """Those that are still kept, by token: one read, none without tokens."""
    wanted = sorted({token for token in tokens if token})
    if not wanted:
        return {}
    return {kept.token: kept for kept in KeptPicture.objects.filter(token__in=wanted)}
