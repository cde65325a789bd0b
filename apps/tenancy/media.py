"""A store's uploaded files, served on the store's own host from the store's own folder only."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from apps.tenancy.storage import is_private


@require_safe
def serve_media(request: HttpRequest, name: str) -> FileResponse:
    """The file, cacheable forever: names are random and never used twice. 404 for private files and for anything
    outside the folder."""
    if is_private(name):
        raise Http404("No such file.")
    try:
        file = default_storage.open(name)
    except (SuspiciousFileOperation, FileNotFoundError, IsADirectoryError, ValueError, OSError):
        raise Http404("No such file.") from None
    response = FileResponse(file)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
