"""PDF files of others are joined without what runs in them."""

from io import BytesIO
from typing import cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from apps.common.pdf_files import PdfJoiner


def label_with_actions() -> bytes:
    """One page; a script when the file opens, one when the page opens, one behind a click."""
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.beep(0)"),
        }
    )
    writer = PdfWriter()
    page = writer.add_blank_page(200, 300)
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): script})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    writer.root_object[NameObject("/OpenAction")] = script
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_joined_files_run_nothing() -> None:
    source = label_with_actions()
    assert source.count(b"/JavaScript") >= 3
    joiner = PdfJoiner()
    assert joiner.add(source) == ""
    assert joiner.add(source) == ""
    joined = joiner.joined()
    assert len(PdfReader(BytesIO(joined)).pages) == 2
    assert b"/AA" not in joined
    assert b"/OpenAction" not in joined
    reader = PdfReader(BytesIO(joined))
    for page in reader.pages:
        annotations = cast("ArrayObject", page["/Annots"])
        assert [set(each.get_object()) & {"/A", "/AA"} for each in annotations] == [set()]
