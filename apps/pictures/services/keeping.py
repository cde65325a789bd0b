"""Uploads that outlive a refused form: a browser sends a chosen file once and shows an empty field afterwards.

An uploaded file is processed at once, the result is kept under a token, and the form contains the token. Tokens
are looked up in the active store only. A picture is used by taking its document away, so that it is used once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from apps.common.clock import now
from apps.common.text import line_of
from apps.pictures.documents import KeptPicture
from apps.pictures.limits import KEPT_HOURS
from apps.pictures.preparing import Picture
from apps.pictures.selectors import find_kept
from apps.pictures.services.storing import delete_files, files_of, store_picture

_SWEPT_AT_ONCE = 100
_MAX_NAME = 200


def keep_picture(picture: Picture, *, folder: str, name: str = "") -> KeptPicture:
    """Store the files and remember them for a day. `name` is the upload's, for people."""
    stored = store_picture(picture, folder=folder)
    try:
        return KeptPicture.objects.create(
            token=str(uuid4()),
            name=line_of(name, most=_MAX_NAME),
            file=stored.file,
            width=stored.width,
            height=stored.height,
            renditions=dict(stored.renditions),
            kept_at=now(),
        )
    except Exception:
        delete_files(stored.files)
        raise


def take_kept(tokens: Collection[str]) -> dict[str, KeptPicture]:
    """Take pictures for use; of two who try, one gets it. Their files are the caller's from now on."""
    return {token: kept for token, kept in find_kept(tokens).items() if _take(kept)}


def put_back(pictures: Collection[KeptPicture]) -> None:
    """After a use that failed: the form can be sent again."""
    for kept in pictures:
        kept.pk = None
        kept._state.adding = True
        kept.save(force_insert=True)


def sweep_kept() -> int:
    """Delete expired uploads; returns the number of pictures."""
    limit = now() - timedelta(hours=KEPT_HOURS)
    old = list(KeptPicture.objects.filter(kept_at__lt=limit).order_by("kept_at")[:_SWEPT_AT_ONCE])
    swept = [kept for kept in old if _take(kept)]
    for kept in swept:
        delete_files(files_of(kept.file, kept.renditions))
    return len(swept)


def _take(kept: KeptPicture) -> bool:
    """True for the one whose delete found the document."""
    deleted, _ = KeptPicture.objects.filter(pk=kept.pk).delete()
    return deleted > 0
