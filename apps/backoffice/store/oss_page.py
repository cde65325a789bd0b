"""The OSS return of a quarter: a page, and its table as a file."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from apps.backoffice.base import sentence_of
from apps.backoffice.columns import language
from apps.backoffice.sites import store_admin
from apps.backoffice.table_answer import note_export
from apps.common.addresses import country_name
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.common.money import format_percent
from apps.invoices.answers import file_answer
from apps.invoices.models import Document
from apps.invoices.reports.files import CSV, XLSX, oss_file
from apps.invoices.reports.oss import GOODS, OssReturn, OssRow, make_oss
from apps.invoices.reports.period import Quarter, quarter_of, read_quarter
from apps.pricing.member_states import OSS_THRESHOLD

LIST = "store_admin:invoices_document_changelist"


def last_quarter() -> Quarter:
    """The one that ended last."""
    return quarter_of(quarter_of(today()).first - timedelta(days=1))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What is wrong with the quarter is a sentence above the list of invoices."""
    if not request.user.has_perm("invoices.view_document"):
        raise PermissionDenied
    try:
        quarter = read_quarter(request.GET.get("quarter", "") or str(last_quarter()))
        if (kind := request.GET.get("format", "")) in (CSV, XLSX):
            made_file = oss_file(quarter, kind=kind)
            note_export("oss", period=str(quarter))
            return file_answer(made_file)
        made = make_oss(quarter)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return redirect(LIST)
    context = {
        **store_admin.each_context(request),
        "title": gettext("OSS return"),
        "opts": Document._meta,
        "made": made,
        "rows": [_present(row) for row in made.rows],
        "corrections": _corrections(made),
        "threshold": f"{OSS_THRESHOLD:,}",
    }
    return TemplateResponse(request, "backoffice/oss.html", context)


def _present(row: OssRow) -> dict[str, Any]:
    kind = gettext("standard") if row.is_standard else gettext("reduced")
    return {
        "country": country_name(row.country),
        "supply": gettext("Goods") if row.supply == GOODS else gettext("Services"),
        "rate": f"{format_percent(row.percent, language())} ({kind})",
        "net_minor": row.sums.net_minor,
        "tax_minor": row.sums.tax_minor,
    }


def _corrections(made: OssReturn) -> list[dict[str, Any]]:
    return [
        {
            "country": country_name(each.country),
            "quarter": each.quarter,
            "tax_minor": each.tax_minor,
        }
        for each in made.corrections
    ]
