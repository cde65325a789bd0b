"""Tables of stock as people have them: read right, shown before they are applied, applied exactly once."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError

from apps.common.clock import now
from apps.common.csv_files import NotATable, read_rows
from apps.inventory import services as inventory
from apps.inventory.models import Movement, StockImport, StockItem
from apps.inventory.selectors import check_ledger
from apps.inventory.services import importing
from apps.inventory.services.ledger import StockMoved
from apps.inventory.services.stock_table import write_faults, write_stock_rows
from apps.platform.dead_ends import dead_end, list_dead_ends, resolve_dead_end
from tests.checkout.shop import Goods, make_goods
from tests.support.acting import STAFF
from tests.support.statements import count_statements

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def goods(in_store: Any, as_staff: None) -> list[Goods]:
    return [make_goods(sku=f"TEA-{number}", stock=9) for number in range(3)]


@pytest.fixture
def check() -> Callable[[str | bytes], StockImport]:
    def upload(content: str | bytes) -> StockImport:
        data = content.encode() if isinstance(content, str) else content
        batch = inventory.upload_stock(file=ContentFile(data), name="spring.csv", actor=STAFF)
        inventory.continue_imports()
        batch.refresh_from_db()
        return batch

    return upload


def apply(batch: StockImport) -> StockImport:
    for _ in range(2):
        inventory.apply_import(batch=batch, actor=STAFF)
    while inventory.continue_imports():
        pass
    batch.refresh_from_db()
    return batch


def stock() -> dict[str, tuple[int, int | None]]:
    rows = StockItem.objects.values_list("sku", "on_hand", "low_stock_at")
    return {sku: (on_hand, limit) for sku, on_hand, limit in rows}


@pytest.mark.parametrize(
    "data",
    [
        "SKU,On hand\nTEA-1,5\n".encode("utf-8-sig"),
        "sku;on_hand\r\n\r\nTEA-1;５\r\n".encode(),
        "sep=;\nsku;on_hand\nTEA-1;5\n".encode("utf-16"),
        b'"sku"\t"on_hand"\t"gr\xf6\xdfe"\n="TEA-1"\t" 5 "\tx\n',
    ],
    ids=["bom", "semicolons-and-full-width", "utf-16-with-sep", "windows-and-excel-quotes"],
)
def test_files_of_spreadsheets_are_read(check: Any, goods: Any, data: bytes) -> None:
    batch = check(data)
    assert (batch.state, batch.change_count, batch.fault_count) == ("checked", 1, 0)
    apply(batch)
    assert stock()["TEA-1"] == (5, None)


def test_what_can_not_be_taken_is_named_by_row_and_the_rest_is_applied(
    check: Any, goods: Any
) -> None:
    batch = check(
        "sku,warehouse,on_hand,was,low_stock_at\n"
        "TEA-0,MAIN,4,9,2\nGONE,MAIN,1,,\nTEA-1,NORTH,1,,\nTEA-1,,1.5,,\ntea-0,main,3,,\nTEA-2,,1,7,\n,,1,,\n"
    )
    assert stock()["TEA-0"] == (9, None), "nothing before it is applied"
    said = {fault.row: fault.message for fault in batch.faults.all()}
    assert list(said) == [3, 4, 5, 6, 7, 8]
    assert ("GONE" in said[3], "NORTH" in said[4], "1.5" in said[5]) == (True, True, True)
    assert ("twice" in said[6], "no longer 7" in said[7]) == (True, True)
    assert batch.preview[0]["on_hand"] == 4
    apply(batch)
    assert stock()["TEA-0"] == (4, 2)
    assert (batch.applied_count, "TEA-2" in "".join(write_faults(batch))) == (1, True)
    assert check_ledger() == []


def test_an_exported_table_brought_in_again_changes_nothing(check: Any, goods: Any) -> None:
    inventory.set_low_stock_at(stock_item=StockItem.objects.get(sku="TEA-1"), low_stock_at=4)
    before = stock()
    batch = check("".join(write_stock_rows()))
    assert (batch.row_count, batch.change_count, batch.fault_count) == (3, 0, 0)
    apply(batch)
    assert stock() == before


def test_an_import_that_died_goes_on_and_applies_each_row_once(
    check: Any, goods: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PORTION", 1)
    batch = check("sku,on_hand\nTEA-0,1\nTEA-1,2\nTEA-2,3\n")
    inventory.apply_import(batch=batch, actor=STAFF)
    real, calls = importing._do_portion, []

    def dies(*args: Any) -> bool:
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit
        return real(*args)

    monkeypatch.setattr(importing, "_do_portion", dies)
    with pytest.raises(SystemExit):
        inventory.continue_imports()
    assert [on_hand for on_hand, _ in stock().values()] == [1, 9, 9]
    order = uuid4()
    inventory.reserve_stock(order_ref=order, demand={goods[0].variant_ref: 1}, counts_now=True)
    inventory.commit_stock(order_ref=order, quantities={goods[0].variant_ref: 1})
    apply(batch)
    assert [on_hand for on_hand, _ in stock().values()] == [0, 2, 3], "a sale meanwhile stays"
    assert Movement.objects.filter(reference=str(batch.pk)).count() == 3
    batch.refresh_from_db()
    assert (batch.state, batch.done_rows, batch.applied_count) == ("done", 3, 3)


def test_a_portion_costs_the_same_statements_for_one_row_and_for_many(
    check: Any, goods: Any
) -> None:
    found: list[int] = []
    for rows in (1, 3):
        lines = "".join(f"TEA-{number},{rows}\n" for number in range(rows))
        batch = check(f"sku,on_hand\n{lines}")
        inventory.apply_import(batch=batch, actor=STAFF)
        statements: list[str] = []
        with count_statements(statements):
            inventory.continue_imports()
        found.append(len(statements))
    assert found[0] == found[1] < 40


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PK\x03\x04\0\0", b'sku,on_hand\n"x,1\n' * 2]
)
def test_what_is_no_table_is_refused_with_a_sentence(check: Any, goods: Any, data: bytes) -> None:
    batch = check(data)
    assert batch.fault_count or (batch.state == "failed" and batch.failure)
    assert stock()["TEA-1"] == (9, None)


def test_a_table_is_read_row_by_row() -> None:
    class Endless(io.RawIOBase):
        """A file that never ends."""

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, *_place: int) -> int:
            return 0

        def readinto(self, buffer: Any) -> int:
            data = (b"sku,on_hand\n" * (len(buffer) // 12 + 1))[: len(buffer)]
            buffer[: len(data)] = data
            return len(data)

    rows = read_rows(io.BufferedReader(Endless()))
    assert [next(rows) for _ in range(5)] == [["sku", "on_hand"]] * 5
    with pytest.raises(NotATable):
        list(read_rows(io.BytesIO(b"\0\0")))


@pytest.mark.parametrize("portion", [500, 1], ids=["one-portion", "portions"])
def test_one_row_of_stock_named_in_two_ways_is_refused_once_and_the_rest_is_applied(
    check: Any, goods: Any, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(importing, "PORTION", portion)
    batch = check("sku,warehouse,on_hand\nTEA-0,,25\nTEA-0,ＭＡＩＮ,30\nTEA-1,main,3\n")
    assert [(fault.row, "twice" in fault.message) for fault in batch.faults.all()] == [(3, True)]
    apply(batch)
    assert (batch.state, stock()["TEA-0"][0], stock()["TEA-1"][0]) == ("done", 25, 3)


@pytest.mark.parametrize("error", [StockMoved("1 of 2"), DataError("no text"), IntegrityError()])
def test_what_is_refused_while_it_is_applied_ends_the_import_with_a_way_out(
    check: Any, goods: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Else the sweep of imports would fail at it for ever."""
    monkeypatch.setattr(importing, "PORTION", 1)
    batch = check("sku,on_hand\nTEA-0,1\nTEA-1,2\n")
    real = importing.apply_changes

    def refuse(changes: Any, **facts: Any) -> None:
        real(changes, **facts)
        if changes[0].on_hand == -7:
            raise error

    monkeypatch.setattr(importing, "apply_changes", refuse)
    apply(batch)
    assert batch.state == "failed"
    assert "Row 3 was refused." in batch.failure
    assert [on_hand for on_hand, _ in stock().values()] == [1, 9, 9]
    assert inventory.continue_imports() == 0


def test_what_fails_by_another_fault_says_why_and_has_two_ways_out(
    check: Any, goods: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*Try again* and *Stop it*; what is applied stays."""
    monkeypatch.setattr(importing, "PORTION", 1)
    batch = check("sku,on_hand\nTEA-0,1\nTEA-1,2\nTEA-2,3\n")
    real = importing.apply_changes

    def break_down(changes: Any, **facts: Any) -> None:
        if changes[0].on_hand == -7:
            raise OSError("no room")
        real(changes, **facts)

    inventory.apply_import(batch=batch, actor=STAFF)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "apply_changes", break_down)
        with pytest.raises(OSError, match="no room"):
            inventory.continue_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.done_rows) == ("applying", 1)
    assert "Stopped at row 3 by a fault of the server (OSError)." in batch.failure
    kind = dead_end.items()["inventory.import"]
    assert list_dead_ends(kind) == []  # a sweep tries it again
    StockImport.objects.update(moved_at=now() - timedelta(hours=2))
    assert [row.why for row in list_dead_ends(kind)] == [batch.failure]
    assert resolve_dead_end(kind=kind, key=str(batch.pk), actor=STAFF).left is None
    for _ in range(2):
        batch = inventory.stop_import(batch=batch)
    assert batch.failure == "Stopped by staff. The first row is applied, the later ones are not."
    assert inventory.continue_imports() == 0
    assert [on_hand for on_hand, _ in stock().values()] == [1, 9, 9]


@pytest.mark.parametrize(
    "data",
    [
        "sku,on_hand,note\nNOPE,1,a\0b\n".encode("utf-16"),
        b"\xef\xbb\xbfsku,on_hand,note\nNOPE,1,a\0b\n",
        b"sku,on_hand,note\n" + b"NOPE,1,abcdefgh\n" * 5_000 + b"NOPE,1,a\0b\n",
        b"sku,on_hand,gr\xf6\xdfe\n" + b"NOPE,1,abcdefgh\n" * 5_000 + b"NOPE,1,a\0b\n",
    ],
    ids=["utf-16", "utf-8-bom", "utf-8-late", "windows-late"],
)
def test_a_nul_anywhere_in_a_table_is_refused_in_words(data: bytes) -> None:
    """No database keeps one in a text: the fault of its row could not be stored."""
    with pytest.raises(NotATable, match="no CSV file"):
        list(read_rows(io.BytesIO(data)))


def test_a_table_with_a_nul_is_not_checked_for_ever(check: Any, goods: Any) -> None:
    batch = check("sku,on_hand,note\nNOPE,1,a\0b\n".encode("utf-16"))
    assert (batch.state, "no CSV file" in batch.failure) == ("failed", True)
