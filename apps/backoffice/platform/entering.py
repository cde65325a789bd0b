"""Entering a store's admin from its page on the platform: a reason, and a link that the browser follows at once."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.accounts.visiting import rules
from apps.accounts.visiting import services as visiting
from apps.backoffice.sites import platform_admin
from apps.backoffice.visits import allowing_way_to, redirect_by_link
from apps.common.errors import DomainError
from apps.common.fields import BlockField
from apps.common.form_errors import show_error
from apps.platform.models import Store, StoreVisit

_SHOWN = 10


class EnterForm(forms.Form):
    reason = BlockField(
        label=_("Reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "The store's owners read it in a mail and in their list of visits, and it stays in both audit logs."
        ),
    )


def entering_urls() -> list[Any]:
    return [
        path(
            "<uuid:store_id>/enter/",
            platform_admin.admin_view(never_cache(enter_view)),
            name="platform_store_enter",
        )
    ]


def entering_link(store: Store) -> SafeString | str:
    if not rules.is_open(store):
        return "-"
    url = reverse("platform_admin:platform_store_enter", args=[store.pk])
    return format_html('<a href="{}">{}</a>', url, gettext("Enter the admin of this store"))


def enter_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    """The form; its answer leads to the store's host, and nowhere else."""
    if not request.user.has_perm(rules.ENTERS):
        raise PermissionDenied
    person: Any = request.user
    store = get_object_or_404(Store, pk=store_id)
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            url = visiting.make_link(store=store, person=person, reason=form.cleaned_data["reason"])
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect_by_link(request, store, url)
    context = {
        **platform_admin.each_context(request),
        "title": gettext("Enter the admin of %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "form": form,
        "access": rules.access_of(store),
        "minutes": visiting.VISIT_MINUTES,
        "seconds": visiting.LINK_SECONDS,
        "visits": StoreVisit.objects.filter(store=store, entered_at__isnull=False)[:_SHOWN],
        "page": reverse("platform_admin:platform_store_change", args=[store.pk]),
    }
    page = TemplateResponse(request, "backoffice/store_enter.html", context)
    return allowing_way_to(request, store, page)
