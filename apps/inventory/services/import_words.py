"""Why a table of stock ended, or does not go on, in sentences for staff."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from apps.inventory.services.stock_table import StockRow
from apps.inventory.states import StockImportState


def refusal(phase: StockImportState, rows: Sequence[StockRow]) -> str:
    """These rows would be refused at every repeat."""
    first, last = (rows[0].number, rows[-1].number) if rows else (1, 1)
    count, names = last - first + 1, {"first": first, "last": last}
    if phase == StockImportState.CHECKING:
        sentence = ngettext(
            "Row %(first)s can't be read. Nothing has changed. Correct it and bring the table in again.",
            "Rows %(first)s to %(last)s can't be read. Nothing has changed. Correct them and bring the table in again.",
            count,
        )
    else:
        sentence = ngettext(
            "Row %(first)s was refused. The rows before it are applied, this one and the later ones are not: correct it, and "
            "bring only these in again.",
            "Rows %(first)s to %(last)s were refused. The rows before them are applied, these and the later ones are not: "
            "correct them, and bring only these in again.",
            count,
        )
    return sentence % names


def interruption(error: Exception, rows: Sequence[StockRow]) -> str:
    """Not by the table."""
    words = {"row": rows[0].number if rows else 1, "error": type(error).__name__}
    sentence = gettext(
        "Stopped at row %(row)s by a fault of the server (%(error)s). It is tried again by itself."
    )
    return sentence % words


def stopped(done: int) -> str:
    sentence = ngettext(
        "Stopped by staff. The first row is applied, the later ones are not.",
        "Stopped by staff. The first %(done)s rows are applied, the later ones are not.",
        done,
    )
    if not done:
        sentence = gettext("Stopped by staff. No row is applied.")
    return sentence % {"done": done}
