"""Whether the store's books agree: the same check as `manage.py check_ledger`, for the last days, on a button."""

from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.backoffice.sites import store_admin
from apps.common.clock import now
from apps.payments.models import Payment
from apps.platform.ledgers import LedgerDifference, check_ledgers
from apps.tenancy.context import system_scope

SEES: Final = "payments.view_payment"
DAYS: Final = 31
_MOST_SHOWN: Final = 200


@require_http_methods(["GET", "HEAD", "POST"])
def ledgers_view(request: HttpRequest) -> HttpResponse:
    """Reads only. What this person may not open is named without a link."""
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    found: list[LedgerDifference] | None = None
    if request.method == "POST":
        with system_scope("ledgers"):
            found = check_ledgers(now() - timedelta(days=DAYS))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Do the books agree?"),
        "opts": Payment._meta,
        "days": DAYS,
        "is_checked": found is not None,
        "count": len(found or ()),
        "found": (found or [])[:_MOST_SHOWN],
        "may_open": request.user.has_perm("orders.view_order"),
    }
    return TemplateResponse(request, "backoffice/ledgers.html", context)
