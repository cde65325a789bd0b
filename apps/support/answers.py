"""Files of conversations as answers of pages, admin and API."""

from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import HttpResponse

from apps.support.errors import AttachmentNotFound
from apps.support.models import Attachment


def attachment_answer(file: Attachment) -> HttpResponse:
    """The query that fetched the row decides who may see it. Pictures are shown, everything else is saved: nothing that
    a person sent is opened as a page of the shop."""
    try:
        with default_storage.open(file.file) as stored:
            content = stored.read()
    except FileNotFoundError:
        raise AttachmentNotFound from None
    is_text = file.content_type == "text/plain"
    way = "inline" if file.is_picture else "attachment"
    return HttpResponse(
        content,
        content_type=f"{file.content_type}; charset=utf-8" if is_text else file.content_type,
        headers={
            "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
