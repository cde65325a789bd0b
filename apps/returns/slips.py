"""The slip that a buyer prints and puts into the parcel: the number, the goods, where to send them."""

from typing import Any

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext

from apps.common.addresses import address_lines
from apps.common.clock import day_of
from apps.common.habits import language_shown, spelling_of
from apps.common.places import locale_of
from apps.content.selectors import get_theme
from apps.invoices import services as invoices
from apps.invoices.printing.slips import slip_rows
from apps.invoices.printing.values import look
from apps.returns.models import ReturnRequest
from apps.returns.selectors import get_return_settings, return_address
from apps.tenancy.context import current_store


def print_return_slip(request: ReturnRequest) -> bytes:
    """A PDF file in the buyer's language, printed again with each request."""
    return invoices.render_slip(_values(request))


def _values(request: ReturnRequest) -> dict[str, Any]:
    store, order = current_store(), request.order
    language = language_shown(order.language, otherwise=store.language)
    lines = request.lines.select_related("order_line")
    with translation.override(spelling_of(language, store.country)):
        facts = [[gettext("Return"), request.number], [gettext("Order"), order.number]]
        if request.send_by is not None:
            locale = str(locale_of(language))
            day = format_date(day_of(request.send_by), format="medium", locale=locale)
            facts.append([gettext("Send until"), day])
        instructions = get_return_settings().instructions
        return {
            **look(get_theme(), language),
            "shop": store.name,
            "title": gettext("Return slip"),
            "number": request.number,
            "foot": store.name,
            "page": gettext("Page"),
            "parties": [[gettext("Send to"), address_lines(return_address(), language)]],
            "facts": facts,
            "columns": [
                {"label": gettext("Item"), "wide": True},
                {"label": gettext("SKU"), "wide": False},
                {"label": gettext("Pieces"), "wide": False},
            ],
            "rows": [
                cells for line in lines for cells in slip_rows(line.order_line, line.quantity)
            ],
            "words": [instructions] if instructions else [],
        }
