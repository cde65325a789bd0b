"""Pictures that only some people see: photos of returned goods, proofs of delivery. Views that check who asks hand them out."""

from typing import Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpResponse

from apps.pictures.preparing import prepare_picture
from apps.pictures.services import store_picture
from apps.tenancy.storage import PRIVATE

_LONGEST_SIDE: Final = 1600
_KINDS: Final = {"png": "image/png", "webp": "image/webp"}


def store_private_picture(file: File, *, folder: str) -> str:
    """The name of the stored file, without the places and cameras in its metadata. Raises the errors of
    `prepare_picture`.

    Outside of any transaction: the largest take a second.
    """
    picture = prepare_picture(file, longest_side=_LONGEST_SIDE, widths=())
    return store_picture(picture, folder=f"{PRIVATE}/{folder}").file


def private_picture_answer(name: str) -> HttpResponse:
    """Never kept by a cache between."""
    with default_storage.open(name) as file:
        content = file.read()
    return HttpResponse(
        content,
        content_type=_KINDS.get(name.rpartition(".")[2], "image/jpeg"),
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
