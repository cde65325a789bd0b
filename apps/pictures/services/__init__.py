"""Every write of pictures: files, and uploads that wait for their form."""

from apps.pictures.services.keeping import keep_picture, put_back, sweep_kept, take_kept
from apps.pictures.services.storing import (
    StoredPicture,
    delete_files,
    delete_unshown,
    files_of,
    store_picture,
)

__all__ = [
    "StoredPicture",
    "delete_files",
    "delete_unshown",
    "files_of",
    "keep_picture",
    "put_back",
    "store_picture",
    "sweep_kept",
    "take_kept",
]
