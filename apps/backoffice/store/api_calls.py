"""What programs have asked a store's API: its own part of the log of calls."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.api_calls import (
    ANSWERS,
    CountedPaginator,
    answer_badge,
    by_answer,
)
from apps.backoffice.columns import milliseconds, moment
from apps.backoffice.sites import store_admin
from apps.common.clock import today
from apps.metering.models import ApiCall
from apps.partners.models import ApiKey
from apps.tenancy.context import current_store, outside_store

PER_PAGE: Final = 50


class CallsForm(forms.Form):
    """Which calls are shown; what can't be read is left out."""

    on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "bo-input"}),
    )
    answer = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("all")), *((name, words) for name, (words, _range) in ANSWERS.items())],
        widget=forms.Select({"class": "bo-input"}),
    )
    key = forms.ModelChoiceField(
        label=_("API key"),
        required=False,
        queryset=ApiKey.objects.none(),
        empty_label=_("all"),
        widget=forms.Select({"class": "bo-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].queryset = ApiKey.objects.order_by("name")  # type: ignore[attr-defined]


def calls_page(request: HttpRequest) -> HttpResponse:
    """One day's calls, the newest first."""
    if not request.user.has_perm("partners.view_apikey"):
        raise PermissionDenied
    form = CallsForm({"on": today().isoformat(), **request.GET.dict()})
    form.is_valid()
    day = form.cleaned_data.get("on") or today()
    calls = ApiCall.objects.filter(store_id=current_store().id, on=day)
    calls = by_answer(calls, form.cleaned_data.get("answer"))
    if key := form.cleaned_data.get("key"):
        calls = calls.filter(key_id=key.pk)
    with outside_store():
        page = CountedPaginator(calls, PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **store_admin.each_context(request),
        "title": gettext("API calls"),
        "opts": ApiKey._meta,
        "form": form,
        "day": day,
        "page": page,
        "query": query.urlencode(),
        "is_logged": settings.API_LOG_DAYS,
        "calls": [_present(call) for call in rows],
    }
    return TemplateResponse(request, "backoffice/store_api_calls.html", context)


def _present(call: ApiCall) -> dict[str, Any]:
    return {
        "call": call,
        "when": moment(call.at),
        "answer": answer_badge(call),
        "took": milliseconds(call.duration_ms),
    }


store_admin.add_page("api_calls", calls_page, address="api-calls/")
