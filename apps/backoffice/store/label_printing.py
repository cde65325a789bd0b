"""Labels of carriers of several parcels: what is chosen in a list, as one file to print."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.base import RecordAdmin
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import read_uuid
from apps.clickpost import services as clickpost
from apps.clickpost.models import Booking
from apps.common.clock import now
from apps.invoices.answers import pdf_answer

PRINTS: Final = "clickpost.print_label"
_LIST: Final = "store_admin:clickpost_booking_changelist"


class LabelledAdmin(RecordAdmin):
    """A list of rows that have labels of carriers, and the action that prints them. `labels_of` finds them."""

    actions = ("print_labels",)
    labels_of: Callable[[Sequence[Any]], list[clickpost.Wanted]]

    def has_print_labels_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PRINTS)

    @admin.action(description=_("Print the labels of carriers"), permissions=["print_labels"])
    def print_labels(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if queryset.count() > clickpost.MOST_LABELS:
            words = gettext("At most %(most)s labels are printed at once. Choose fewer.")
            messages.error(request, words % {"most": clickpost.MOST_LABELS})
            return None
        back = f"store_admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return _show_chosen(request, self.labels_of(list(queryset)), reverse(back))


def _show_chosen(
    request: HttpRequest, wanted: Sequence[clickpost.Wanted], back: str
) -> HttpResponse:
    """What will be in the file, in its order, and what can't be. The files are read, so that it is so."""
    clickpost.print_labels(wanted)
    count = sum(not each.fault for each in wanted)
    context = {
        **store_admin.each_context(request),
        "title": gettext("Labels to print"),
        "back": back,
        "good": [each for each in wanted if not each.fault],
        "left_out": [each for each in wanted if each.fault],
        "button": ngettext("Print %(count)s label", "Print %(count)s labels", count)
        % {"count": count},
    }
    return TemplateResponse(request, "backoffice/labels.html", context)


@posted(_LIST)
def print_view(request: HttpRequest) -> HttpResponseBase:
    """One PDF file of these bookings, in the order in which they are given."""
    if not request.user.has_perm(PRINTS):
        raise PermissionDenied
    keys = [key for text in request.POST.getlist("booking") if (key := read_uuid(text))]
    keys = list(dict.fromkeys(keys))[: clickpost.MOST_LABELS]
    rows: dict[Any, Booking] = Booking.objects.select_related("order").in_bulk(keys)
    wanted = clickpost.labels_of_bookings([rows[key] for key in keys if key in rows])
    content = clickpost.print_labels(wanted)
    if not content:
        why = next((each.fault for each in wanted), gettext("Choose parcels first."))
        messages.error(request, why)
        return HttpResponseRedirect(reverse(_LIST))
    return pdf_answer(content, f"labels-{now():%Y-%m-%d-%H%M}.pdf")
