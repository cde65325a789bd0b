"""The PDF file: read back as text in every script we have fonts for, the same bytes again, and no sign lost in silence."""

import hashlib
import os
import select
import signal
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from apps.content.models import Theme
from apps.invoices import services as invoices
from apps.invoices.models import Document, PrintedFile
from apps.invoices.printing.rendering import find_missing, render
from apps.invoices.printing.values import look
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.pricing.models import TaxSettings
from tests.fulfilment.parcels import CASH, buy, sell_with_gst, settle, ship
from tests.support.pdf_text import text_of

WORDS = {
    "hi": "क्षत्रिय चाय की दुकान",
    "bn": "চায়ের দোকান",
    "ta": "தமிழ்நாடு தேநீர்",
    "te": "తెలుగు టీ దుకాణం",
    "kn": "ಕನ್ನಡ ಚಹಾ",
    "ml": "മലയാളം ചായ",
    "gu": "ગુજરાતી ચા",
    "pa": "ਪੰਜਾਬੀ ਚਾਹ",
    "or": "ଓଡ଼ିଆ ଚା",
    "th": "ชาไทย",
    "ja": "抹茶と急須",
    "de": "Tee für Größen, žluťoučký €",
    "ru": "Чай и самовар",
}


def plain(text: str) -> str:
    return "".join(text.split())


def sheet(title: str, language: str = "en") -> bytes:
    theme: Any = SimpleNamespace(brand="#1f4d3a")
    values: dict[str, Any] = {
        **look(theme, language),
        "shop": "Chai", "title": title,
        "number": "26-27/00001", "foot": "", "page": "Page", "parties": [["To", [title, title]]],
        "facts": [["Total", "₹1,49,900.00"]], "columns": [{"label": "Item", "wide": True}], "rows": [[[title, ""]]],
        "words": [],
    }  # fmt: skip
    return render("slip.typ", values)


@pytest.mark.parametrize("language", WORDS)
def test_every_script_reads_back(language: str) -> None:
    content = sheet(WORDS[language], language)
    text = plain(text_of(content))
    assert plain(WORDS[language]) in text
    assert "₹1,49,900.00" in text
    assert find_missing(WORDS[language]) == ""
    assert sheet(WORDS[language], language) == content


def test_arabic_reads_from_the_right_with_its_letters_joined() -> None:
    text = text_of(sheet("فاتورة ضريبية", "ar"))
    assert "فاتورة" in text
    assert "ضريبية" in text


def test_a_forked_process_prints_the_same_file() -> None:
    """Typst's threads are not in a fork of a process that has rendered: without a process of its own it hangs."""
    before = sheet("चाय")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, hashlib.sha256(sheet("चाय")).digest())
        os._exit(0)
    try:
        assert select.select([reading], [], [], 30)[0], "the fork renders"
        assert os.read(reading, 64) == hashlib.sha256(before).digest()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


def test_signs_that_no_font_has_are_named() -> None:
    assert find_missing({"rows": [["Tea 발행 tea", 1]], "x": "発"}) == "발행"


@pytest.fixture
def order(at_the_desk: Any) -> Order:
    goods = sell_with_gst()
    TaxSettings.objects.update(tax_number="29AAGCB7383J1Z4")
    return buy(goods, quantity=2)


@pytest.mark.django_db
def test_an_invoice_is_printed_once_and_mailed(order: Order) -> None:
    settle(order)
    document = Document.objects.get(order=order)
    content = invoices.read_document(document=document)
    text = text_of(content)
    for words in (
        "Tax invoice",
        document.number,
        "₹1,229.00",
        "Karnataka (29)",
        "CGST",
        "Asha Rao",
    ):
        assert words in text, words
    printed = PrintedFile.objects.get()
    assert printed.sha256 == hashlib.sha256(content).hexdigest()
    assert invoices.print_document(document=document) == printed
    (mail,) = SentMail.objects.exclude(attached_file="")
    assert mail.template == "order_confirmation", "what happened has one mail"
    assert mail.attached_name == f"{document.number.replace('/', '-')}.pdf"
    assert "The invoice is attached." in mail.text
    # printed again from the row, it would be the same file
    PrintedFile.objects.all().delete()
    assert invoices.read_document(document=document) == content


@pytest.mark.django_db
def test_the_look_is_the_stores(order: Order) -> None:
    buffer = BytesIO()
    Image.new("RGB", (300, 100), "#ff0000").save(buffer, "PNG")
    name = default_storage.save("theme/logo.png", BytesIO(buffer.getvalue()))
    Theme.objects.update_or_create(key="store", defaults={"brand": "#0000ff"})
    Theme.objects.filter(key="store").update(logo=name)
    document = invoices.issue_invoice(order=order)
    content = invoices.read_document(document=document)
    picture = pypdfium2.PdfDocument(content)[0].render(scale=0.5).to_pil().convert("RGB")
    colours = {colour for _count, colour in picture.getcolors(1 << 20) or []}
    assert {(255, 0, 0), (0, 0, 255)} <= colours


@pytest.mark.django_db
def test_a_packing_slip_has_pieces_and_no_prices(at_the_desk: Any) -> None:
    order = buy(sell_with_gst(), quantity=2, payment_method=CASH)
    text = text_of(invoices.print_slip(shipment=ship(order)))
    assert order.number in text
    assert "₹1,229.00" in text  # to collect
    assert "₹590.00" not in text
