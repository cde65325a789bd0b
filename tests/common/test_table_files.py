"""Tables for spreadsheets: no text of a cell runs as a formula, in CSV files and in workbooks."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.common.csv_files import is_formula, read_rows, write_row
from apps.common.xlsx_files import write_xlsx

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1",
    "﹫x", "⁼1", "⁺1", "⁻1", "₌1", "−1", " =1", "\u3000＝1", "\u00a0+1",
]  # fmt: skip
TEXTS = ["", "a=1", "1-2", "Ａ", "मसाला", "(+1)", "'tis", "№ 1", "…", "x" * 40_000]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text_in_a_csv_file(text: str) -> None:
    assert is_formula(text)
    line = write_row([text, "b"])
    assert line.lstrip('"').startswith("'")
    assert list(read_rows(io.BytesIO(line.encode()))) == [[text, "b"]]


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    assert not any(is_formula(text) for text in TEXTS)
    assert write_row([-5, Decimal("-5.00"), "a,b", None]) == '-5,-5.00,"a,b",\r\n'


def sheet(content: bytes, number: int = 1) -> dict[str, tuple[str, str]]:
    """Kind and value of each cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    cells = re.findall(r'<c r="(\w+)"(?: s="(\d+)")?(?: t="(\w+)")?>(.*?)</c>', xml, re.DOTALL)
    return {place: (kind or "n", re.sub("<.*?>", "", value)) for place, _, kind, value in cells}


def workbook(*rows: list[Any]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, {"one": [["a", "b"], *rows], "two": [["c"]]})
    return file.getvalue()


def test_a_workbook_has_texts_numbers_and_days_as_such() -> None:
    with timezone.override("Asia/Kolkata"):
        content = workbook(
            ["=1+1", Decimal("12.50")],
            ["https://example.com", 7],
            ["00123", 12345678901234567890],
            [date(2026, 4, 5), datetime(2026, 4, 5, 18, 30, tzinfo=UTC)],
            [None, "x" * 40_000],
        )
    cells = sheet(content)
    assert cells["A1"] == ("inlineStr", "a")
    assert (cells["A2"], cells["B2"]) == (("inlineStr", "=1+1"), ("n", "12.50"))
    assert (cells["A3"], cells["B3"]) == (("inlineStr", "https://example.com"), ("n", "7"))
    assert cells["A4"] == ("inlineStr", "00123")
    assert cells["B4"] == ("inlineStr", "12345678901234567890")
    assert (cells["A5"][1], cells["B5"][1]) == ("46117", "46118")  # midnight in India
    assert "A6" not in cells
    assert len(cells["B6"][1]) == 32_767
    assert sheet(content, 2) == {"A1": ("inlineStr", "c")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()


def test_the_same_table_is_the_same_file() -> None:
    assert workbook(["x", 1]) == workbook(["x", 1])
