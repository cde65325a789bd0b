"""Photos of returned goods: through the one door for pictures, into the store's private files."""

from collections.abc import Sequence
from typing import Final

from django.core.files.base import File
from django.utils.translation import gettext

from apps.common.errors import DomainError
from apps.pictures.private import store_private_picture
from apps.pictures.services import delete_files
from apps.returns.errors import InvalidRequest

MOST_PHOTOS: Final = 5


def store_photos(files: Sequence[File]) -> list[str]:
    """The names of the stored files, without the places and cameras in their metadata. None is left when one is refused.

    Outside of any transaction: the largest take a second. Raises `InvalidRequest`.
    """
    if len(files) > MOST_PHOTOS:
        sentence = gettext("At most %(count)s photos.") % {"count": MOST_PHOTOS}
        raise InvalidRequest(fields={"photos": [sentence]})
    stored: list[str] = []
    try:
        for file in files:
            stored.append(store_private_picture(file, folder="returns"))
    except DomainError as error:
        delete_files(stored)
        raise InvalidRequest(fields={"photos": [str(error)]}) from error
    return stored
