"""Documents are registered at the portal of e-invoices once, over real HTTP with real encryption, whatever goes wrong on the way."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pypdfium2
import pytest
import segno
from django.core.management import call_command

from apps.common.clock import moved_to, now, today
from apps.common.errors import InvalidInput
from apps.events.errors import HistoryIsFinal
from apps.events.services import relay_outbox
from apps.invoices import services as invoices
from apps.invoices.api.serializers import present_document
from apps.invoices.errors import AwaitsRegistration, NotCancellable
from apps.invoices.kinds import Registers
from apps.invoices.models import Document, EInvoice, PrintedFile, Registration
from apps.invoices.reports.gstr1 import make_gstr1
from apps.invoices.reports.period import read_period
from apps.invoices.reports.supplies import read_supplies
from apps.invoices.selectors import find_invoice, list_documents_of
from apps.invoices.states import EInvoiceState
from apps.notifications.models import SentMail
from apps.platform.dead_ends import dead_end, list_dead_ends, resolve_dead_end
from apps.platform.ledgers import check_ledgers
from tests.invoices.business import BERLIN, sell, switch
from tests.invoices.shop import GSTIN, give_back
from tests.support.acting import STAFF
from tests.support.irp_server import Fault, IrpServer, irn_of
from tests.support.pdf_text import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]


def state_of(document: Document) -> EInvoice:
    return EInvoice.objects.get(document=document)


def later(document: Document) -> EInvoice:
    """The wait is over, and the portal is asked again."""
    EInvoice.objects.filter(document=document).update(due_at=now())
    invoices.send_due_einvoices()
    return state_of(document)


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def test_an_invoice_is_registered_printed_with_its_code_and_mailed(portal: IrpServer) -> None:
    document = sell(on=None)
    relay_outbox()
    assert state_of(document).state == EInvoiceState.WAITING
    assert not PrintedFile.objects.exists(), "the file waits"
    assert not SentMail.objects.exclude(attached_file="").exists()
    with pytest.raises(AwaitsRegistration):
        invoices.read_document(document=fresh(document))
    shown = present_document(fresh(document), for_staff=True)
    assert (shown["has_file"], shown["einvoice"]["state"]) == (False, "waiting")

    assert invoices.send_due_einvoices() == 1
    relay_outbox()

    (kept,) = portal.kept.values()
    registration = Registration.objects.get(document=document)
    assert registration.irn == kept.irn == irn_of(GSTIN, kept.payload["DocDtls"])
    assert registration.ack_number == str(kept.ack_number)
    assert abs(registration.ack_at - kept.ack_at) < timedelta(seconds=1), "Indian time"
    assert (registration.is_verified, registration.was_known) == (True, False)
    (mail,) = SentMail.objects.exclude(attached_file="")
    assert mail.attached_name == f"{document.number.replace('/', '-')}.pdf"
    shown = present_document(fresh(document))
    assert shown["einvoice"]["irn"] == kept.irn
    assert "fault" not in shown["einvoice"], "for staff alone"
    content = invoices.read_document(document=document)
    text = "".join(text_of(content).split())
    assert kept.irn in text
    assert str(kept.ack_number) in text
    assert reads_back(content, registration.signed_qr)
    PrintedFile.objects.all().delete()
    assert invoices.read_document(document=fresh(document)) == content, "the same bytes"
    with pytest.raises(HistoryIsFinal):
        registration.save()
    assert invoices.send_due_einvoices() == 0
    assert portal.calls == ["login", "register"]


def reads_back(content: bytes, text: str) -> bool:
    """Whether the picture of the code on the page has its modules, each looked at in its middle."""
    scale = 6
    picture = pypdfium2.PdfDocument(content)[0].render(scale=scale).to_pil().convert("L")
    matrix = [list(row) for row in segno.make_qr(text, error="l").matrix]
    wide = 46 / 25.4 * 72 * scale
    module = wide / (len(matrix) + 8)
    right = picture.width - 17 / 25.4 * 72 * scale
    left = right - wide + 4 * module

    def dark_at(x: int, y: float) -> bool:
        shade: Any = picture.getpixel((int(left + (x + 0.5) * module), int(y)))
        return bool(shade < 128)

    top = next(
        y
        for y in range(picture.height)
        if all(dark_at(each, y) and dark_at(0, y + each * module) for each in range(7))
        and not dark_at(7, y)
    )
    wrong = sum(
        dark_at(x, top + (y + 0.4) * module) != bool(dark)
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
    )
    return wrong < len(matrix)


def test_who_must_register(portal: IrpServer) -> None:
    """Consumers never; exports where the settings say so."""
    consumer, export = sell(on=None, buyer_number=""), abroad()
    assert not EInvoice.objects.exists()
    assert invoices.print_document(document=consumer)
    assert invoices.print_document(document=export)
    switch(Registers.ALL)
    export = abroad()
    sell(on=None, buyer_number="")
    assert invoices.send_due_einvoices() == 1
    (kept,) = portal.kept.values()
    assert (kept.payload["DocDtls"]["No"], kept.payload["TranDtls"]["SupTyp"]) == (
        export.number, "EXPWOP"
    )  # fmt: skip
    switch(Registers.NONE)
    sell(on=None)
    assert EInvoice.objects.count() == 1


def abroad() -> Document:
    return sell(on=None, address=BERLIN, rates={}, buyer_number="")


def test_silence_is_tried_again_after_growing_waits_and_asks_first(portal: IrpServer) -> None:
    portal.fail = [503] * 3
    document = sell(on=None)
    waits = []
    for _ in range(3):
        row = later(document)
        assert row.state == EInvoiceState.WAITING
        assert "out of order (503)" in row.fault
        waits.append((row.due_at or now()) - now())
    assert waits[0] < waits[1] < waits[2]
    assert invoices.send_due_einvoices() == 0, "not before its time"
    portal.lose = 1  # registered, but the answer does not arrive
    assert later(document).state == EInvoiceState.WAITING
    assert len(portal.kept) == 1
    assert later(document).state == EInvoiceState.REGISTERED
    assert Registration.objects.get().was_known
    assert portal.calls.count("register") == 1
    assert portal.calls[-1] == "find"


@pytest.mark.parametrize(
    ("happens", "calls"),
    [
        ("known", ["login", "register", "find"]),
        ("token", ["login", "register", "register", "login", "register"]),
        ("near its end", ["login", "login", "register"]),
    ],
)
def test_what_the_portal_says_and_means_go_on(
    portal: IrpServer, happens: str, calls: list[str]
) -> None:
    """A document that was registered by hand; a session that ended early; one that ends in a moment."""
    if happens == "token":
        sell(on=None)
        invoices.send_due_einvoices()
        portal.tokens.clear()
        calls = ["login", "register", "login", "register"]
    if happens == "near its end":
        portal.tokens[GSTIN] = ("old", b"0" * 32, portal.now() + timedelta(minutes=5))
    document = sell(on=None)
    if happens == "known":
        register_by_hand(portal, document)
    invoices.send_due_einvoices()
    assert state_of(document).state == EInvoiceState.REGISTERED
    assert Registration.objects.get(document=document).was_known == (happens == "known")
    assert portal.calls == calls
    if happens == "near its end":
        assert portal.tokens[GSTIN][0] != "old"


def register_by_hand(portal: IrpServer, document: Document) -> None:
    from apps.invoices.einvoices.payload import make_payload

    portal._register(GSTIN, make_payload(document))


@pytest.mark.parametrize("why", ["portal", "fields", "signature", "spent", "not shown"])
def test_a_refusal_waits_for_staff_who_try_again(portal: IrpServer, why: str) -> None:
    document = sell(on=None, hsn="" if why == "fields" else "69120010")
    words = {
        "portal": "Invalid HSN code. (2176)",
        "fields": "no HSN or SAC code",
        "signature": "The signature is not the portal's.",
        "spent": "(2278)",
        "not shown": "does not show it any more",
    }[why]
    if why == "portal":
        portal.refuse = [Fault("2176", "Invalid HSN code")] * 2
    elif why == "signature":
        portal.signs_with = "another"
    elif why != "fields":
        register_by_hand(portal, document)
        (kept,) = portal.kept.values()
        kept.is_cancelled = why == "spent"
        kept.ack_at -= timedelta(days=4 if why == "not shown" else 0)
    invoices.send_due_einvoices()
    row = state_of(document)
    assert (row.state, row.due_at) == (EInvoiceState.REFUSED, None)
    assert words in row.fault
    assert not Registration.objects.exists()
    assert invoices.send_due_einvoices() == 0, "not by itself"
    if why == "fields":
        assert portal.calls == []

    kind = dead_end.items()["invoices.einvoice"]
    (shown,) = list_dead_ends(kind)
    assert document.number in shown.what
    assert words in shown.why
    outcome = resolve_dead_end(kind=kind, key=shown.key, actor=STAFF)
    assert outcome.left is not None
    assert state_of(document).state == EInvoiceState.REFUSED

    portal.signs_with = "signing"
    if why in ("portal", "signature"):
        assert resolve_dead_end(kind=kind, key=shown.key, actor=STAFF).left is None
        assert state_of(document).state == EInvoiceState.REGISTERED
        return
    invoices.leave_unregistered(document=document, actor=STAFF)
    relay_outbox()
    assert PrintedFile.objects.filter(document=document).exists()
    assert list_dead_ends(kind) == []


def test_wrong_keys_wait_for_new_ones(portal: IrpServer) -> None:
    invoices.save_portal_keys(keys={**portal.keys, "password": "Wrong #1"})
    document = sell(on=None)
    invoices.send_due_einvoices()
    assert "Invalid login credentials. (1008)" in state_of(document).fault
    invoices.remove_portal_keys()
    assert "keys of the portal are missing" in later(document).fault
    invoices.save_portal_keys(keys=portal.keys)
    assert later(document).state == EInvoiceState.REGISTERED


def test_cancelled_within_a_day_the_number_is_spent_and_made_again(portal: IrpServer) -> None:
    document = sell(on=None)
    invoices.send_due_einvoices()
    order = document.order
    note = give_back(document, 11_800, today())
    cancel: dict[str, Any] = {
        "document": document,
        "reason": "2",
        "remark": "Wrong GSTIN",
        "actor": STAFF,
    }
    with pytest.raises(NotCancellable, match="credit note"):
        invoices.cancel_einvoice(**cancel)
    invoices.send_due_einvoices()
    invoices.cancel_einvoice(document=note, reason="1", actor=STAFF)
    invoices.send_due_einvoices()
    assert state_of(note).state == EInvoiceState.CANCELLED
    with pytest.raises(InvalidInput):
        invoices.cancel_einvoice(document=document, reason="5", actor=STAFF)

    invoices.cancel_einvoice(**cancel)
    portal.lose = 1  # cancelled, but the answer does not arrive
    invoices.send_due_einvoices()
    row = state_of(document)
    assert (row.state, row.cancel_remark) == (EInvoiceState.CANCELLING, "Wrong GSTIN")
    invoices.cancel_einvoice(**{**cancel, "reason": "3"})
    row = later(document)
    assert (row.state, row.cancel_reason) == (EInvoiceState.CANCELLED, "2")
    assert find_invoice(order) is None
    assert check_ledgers() == []
    relay_outbox()
    cancelled = SentMail.objects.filter(template="einvoice_cancelled").order_by("created_at", "pk")
    assert {each.message_ref for each in cancelled} == {
        f"einvoice_cancelled:{each.pk}" for each in (note, document)
    }
    assert document.number in str(cancelled.get(message_ref__endswith=str(document.pk)).text)

    again = invoices.make_again(document=document, actor=STAFF)
    assert again is not None
    assert invoices.make_again(document=document, actor=STAFF) == again
    assert (again.cause, again.sequence) == ("order#2", document.sequence + 1)
    assert find_invoice(order) == again
    invoices.send_due_einvoices()
    assert state_of(again).state == EInvoiceState.REGISTERED
    period = f"{today():%Y-%m}"
    made = make_gstr1(read_supplies(read_period(period)))
    (issued,) = [each for each in made["doc_issue"]["doc_det"] if each["doc_num"] == 1]
    assert [(row["totnum"], row["cancel"], row["net_issue"]) for row in issued["docs"]] == [
        (2, 1, 1)
    ]
    assert [each["inum"] for each in made["b2b"][0]["inv"]] == [again.number]
    assert "cdnr" not in made
    assert len(list_documents_of(order)) == 3


def test_after_a_day_a_credit_note_is_needed(portal: IrpServer) -> None:
    document, other = sell(on=None), sell(on=None)
    invoices.send_due_einvoices()
    with moved_to(now() + timedelta(hours=25)), pytest.raises(NotCancellable, match="24 hours"):
        invoices.cancel_einvoice(document=document, reason="1", actor=STAFF)
    invoices.cancel_einvoice(document=other, reason="1", actor=STAFF)
    portal.shift = timedelta(hours=25)  # asked in time, and the portal is too late
    invoices.send_due_einvoices()
    row = state_of(other)
    assert row.state == EInvoiceState.REGISTERED
    assert "(2270)" in row.fault


def test_a_refused_document_is_cancelled_without_the_portal(portal: IrpServer) -> None:
    document = sell(on=None, hsn="")
    invoices.send_due_einvoices()
    row = invoices.cancel_einvoice(document=document, reason="2", actor=STAFF)
    assert row.state == EInvoiceState.CANCELLED
    assert portal.calls == []
    with pytest.raises(NotCancellable):
        invoices.make_again(document=sell(on=None), actor=STAFF)


def test_staff_are_warned_before_thirty_days(portal: IrpServer) -> None:
    document = sell(on=None, hsn="")
    invoices.send_due_einvoices()
    for days, words in ((5, ""), (25, "5 days are left"), (31, "older than 30 days")):
        out = StringIO()
        with moved_to(now() + timedelta(days=days)), pytest.raises(SystemExit):
            call_command("einvoices", store=["alpha"], stdout=out)
        said = " ".join(out.getvalue().split())
        assert f"{document.number} refused" in said
        assert words in said
        assert bool(words) == ("day" in said.replace("HSN", ""))
