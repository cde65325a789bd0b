"""Variables of canned answers: words in braces, such as `{customer}`. Unknown ones stay as they are."""

import re
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.support.models import Ticket
from apps.tenancy.context import current_store

VARIABLES: Final = {
    "customer": _("the buyer's name"),
    "order": _("the number of the order"),
    "ticket": _("the number of the ticket"),
    "store": _("the name of the store"),
    "staff": _("the name of who answers"),
}
_VARIABLE: Final = re.compile(r"\{([a-z]+)\}")


def fill_answer(text: str, ticket: Ticket, *, staff: str) -> str:
    """A value is never filled in again, whatever is in it."""
    values = {
        "customer": ticket.name or gettext("customer"),
        "order": ticket.order.number if ticket.order else "",
        "ticket": ticket.number,
        "store": current_store().name,
        "staff": staff,
    }
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_variables(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in VARIABLES]
