"""Actions on many stores of the list: first a page with what will happen to each, then each by itself, with the result."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.base import call_for_each
from apps.backoffice.platform.announcements import AnnouncementForm, announce_to
from apps.backoffice.platform.status_pages import ACTIONS, ReasonForm, actions_for
from apps.platform.models import Announcement, Store

MOST: Final = 500
Bulk = Callable[[Any, HttpRequest, QuerySet[Store]], HttpResponse | None]


class ForStoresForm(AnnouncementForm):
    """An announcement to each of the chosen stores, shown from now on."""

    class Meta:
        model = Announcement
        fields = ("kind", "title", "text", "shown_until", "work_from", "work_until")
        widgets: ClassVar = {
            "kind": UnfoldAdminSelectWidget,
            **dict.fromkeys(
                ("shown_until", "work_from", "work_until"),
                forms.DateTimeInput({"type": "datetime-local", "class": "bo-input"}),
            ),
        }


def _status_action(name: str, description: StrOrPromise) -> Bulk:
    step = ACTIONS[name]

    def act(self: Any, request: HttpRequest, queryset: QuerySet[Store]) -> HttpResponse | None:
        stores = _chosen(request, queryset)
        form = ReasonForm(request.POST if "sure" in request.POST else None)
        if not stores or not form.is_valid():
            follows = {store: name in actions_for(store) for store in stores}
            return _preview(self, request, step.verb, step.follows, follows, form)
        reason = form.cleaned_data["reason"]
        possible = queryset.filter(pk__in=[each.pk for each in stores if name in actions_for(each)])
        call_for_each(
            request,
            possible,
            lambda store: step.do(store=store, reason=reason),
            gettext("{count} done."),
        )
        return None

    act.__name__ = f"{name}_chosen"
    return admin.action(description=description, permissions=["change"])(act)


def _announce(self: Any, request: HttpRequest, queryset: QuerySet[Store]) -> HttpResponse | None:
    stores = _chosen(request, queryset)
    form = ForStoresForm(request.POST if "sure" in request.POST else None)
    if not stores or not form.is_valid():
        words = _("Their staff read it above each page of their admin.")
        return _preview(self, request, _("Announce"), words, dict.fromkeys(stores, True), form)
    call_for_each(
        request,
        queryset,
        lambda store: announce_to(store, form.cleaned_data, str(request.user)),
        gettext("{count} done."),
    )
    return None


def _chosen(request: HttpRequest, queryset: QuerySet[Store]) -> list[Store]:
    """None of them where there are too many, with a message."""
    stores = list(queryset.order_by("name")[: MOST + 1])
    if len(stores) > MOST:
        sentence = gettext("Choose at most %(most)s stores at once.")
        messages.error(request, sentence % {"most": MOST})
        return []
    return stores


def _preview(
    self: Any,
    request: HttpRequest,
    verb: StrOrPromise,
    follows: StrOrPromise,
    stores: dict[Store, bool],
    form: forms.BaseForm,
) -> HttpResponse | None:
    """`stores`: whether the action is possible of each."""
    if not stores:
        return None
    context = {
        **self.admin_site.each_context(request),
        "title": verb,
        "follows": follows,
        "opts": self.opts,
        "form": form,
        "rows": stores,
        "possible": sum(stores.values()),
        "action": request.POST.get("action", ""),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "backoffice/store_bulk.html", context)


suspend_chosen = _status_action("suspend", _("Suspend..."))
reinstate_chosen = _status_action("reinstate", _("Reinstate..."))
publish_chosen = _status_action("publish", _("Publish..."))
unpublish_chosen = _status_action("unpublish", _("Unpublish..."))
archive_chosen = _status_action("archive", _("Archive..."))
announce_chosen = admin.action(description=_("Announce..."), permissions=["announce"])(_announce)
announce_chosen.__name__ = "announce_chosen"

BULK: Final = (
    suspend_chosen,
    reinstate_chosen,
    publish_chosen,
    unpublish_chosen,
    archive_chosen,
    announce_chosen,
)
