"""Sentences for what happened in a ticket, for its buyer and for staff."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.support.selectors import Entry
from apps.support.states import Priority

_SENTENCES: Final = {
    "solved": _("Solved"),
    "closed": _("Closed"),
    "auto_closed": _("Closed after some quiet days"),
    "reopened": _("Open again"),
    "waiting_buyer": _("Waiting for the buyer"),
    "waiting_store": _("Waiting for us"),
    "assigned": _("Assigned to %(about)s"),
    "unassigned": _("Not assigned any more"),
    "priority": _("Priority: %(priority)s"),
    "merged_from": _("Request %(number)s was added"),
    "merged_into": _("This request goes on in %(number)s"),
    "rated": _("Rated %(score)s of 5"),
    "breached_first": _("The first answer is late"),
    "breached_solve": _("The solution is late"),
    "files_refused": _("Files that were not taken: %(about)s"),
}


def sentence_of_event(entry: Entry) -> str:
    """What an event says; its code where this release has no words for it."""
    data = {name: str(value) for name, value in entry.message.data.items()}
    if "priority" in data:
        data["priority"] = str(dict(Priority.choices).get(data["priority"], data["priority"]))
    sentence = _SENTENCES.get(entry.message.code)
    if sentence is None:
        return entry.message.code
    values = {"about": entry.text or gettext("(erased)"), "number": "", "score": "", "priority": ""}
    return str(sentence) % {**values, **data}
