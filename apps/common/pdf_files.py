"""PDF files that others made: their pages joined in one file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES: Final = 20


class PdfJoiner:
    """Files one after the other; one that can't be read leaves no page and does not keep the others out. Pages come without
    their actions: no script or address of a file runs when it is opened or clicked."""

    def __init__(self) -> None:
        from pypdf import PdfWriter  # few processes print, and it loads in a fifth of a second

        self._writer = PdfWriter()

    def add(self, content: bytes, *, most_pages: int = MOST_PAGES) -> str:
        """Its pages, behind those that are there. Returns why it can't be read, in words; empty where it can."""
        if not content.startswith(b"%PDF"):
            return gettext("The file is no PDF file.")
        before = len(self._writer.pages)
        try:
            pages = _pages_of(content, most_pages)
            for page in pages:
                _remove_actions(self._writer.add_page(page))
        except Exception:  # a broken file of others fails in any way, and must not stop the rest
            for number in range(len(self._writer.pages) - 1, before - 1, -1):
                self._writer.remove_page(number)
            return gettext("The file can't be read.")
        if not pages:
            return gettext("The file has no pages that can be printed.")
        return ""

    def joined(self) -> bytes:
        out = BytesIO()
        self._writer.write(out)
        return out.getvalue()


def _pages_of(content: bytes, most: int) -> list[PageObject]:
    """Empty for a file that is locked, has no page, or more than a label has."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return []
    count = len(reader.pages)
    return [reader.pages[number] for number in range(count)] if count <= most else []


def _remove_actions(page: PageObject) -> None:
    """The entries of ISO 32000-1, 12.6, of a page and of what lies on it. Actions of the file itself stay behind."""
    page.pop("/AA", None)
    for reference in page.get("/Annots", ()):
        annotation = reference.get_object()
        for key in ("/A", "/AA", "/PA"):
            annotation.pop(key, None)
