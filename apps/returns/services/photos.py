"""Photos of returned goods: through the one door for pictures, into the store's private files."""

from collections.abc import Sequence
from typing import Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from apps.common.errors import DomainError
from apps.pictures import services as pictures
from apps.pictures.preparing import prepare_picture
from apps.returns.errors import InvalidRequest
from apps.returns.models import ReturnPhoto
from apps.tenancy.storage import PRIVATE

MOST_PHOTOS: Final = 5
_FOLDER: Final = f"{PRIVATE}/returns"
_LONGEST_SIDE: Final = 1600


def store_photos(files: Sequence[File]) -> list[str]:
    """The names of the stored files, without the places and cameras that uploads tell. None is left when one is refused.

    Outside of any transaction: the largest take a second. Raises `InvalidRequest`.
    """
    if len(files) > MOST_PHOTOS:
        sentence = gettext("At most %(count)s photos.") % {"count": MOST_PHOTOS}
        raise InvalidRequest(fields={"photos": [sentence]})
    stored: list[str] = []
    try:
        for file in files:
            picture = prepare_picture(file, longest_side=_LONGEST_SIDE, widths=())
            stored.append(pictures.store_picture(picture, folder=_FOLDER).file)
    except DomainError as error:
        pictures.delete_files(stored)
        raise InvalidRequest(fields={"photos": [str(error)]}) from error
    return stored


def read_photo(photo: ReturnPhoto) -> bytes:
    with default_storage.open(photo.path) as file:
        return bytes(file.read())
