"""PDF files and reports as answers of pages, admin and API."""

from django.http import HttpResponse

from apps.invoices import services as invoices
from apps.invoices.mails import file_name
from apps.invoices.models import Document
from apps.invoices.reports.files import ReturnFile


def document_answer(document: Document) -> HttpResponse:
    """The document's file. The query that fetched the row decides who may see it."""
    return pdf_answer(invoices.read_document(document=document), file_name(document))


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser, never kept by a cache between."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def file_answer(made: ReturnFile) -> HttpResponse:
    """A report, to be saved."""
    disposition = f'attachment; filename="{made.name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)
