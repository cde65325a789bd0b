"""Suspending, reinstating, archiving, publishing a store: a page each, with the reason that its owners and the audit log get."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.backoffice.base import sentence_of
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.common.fields import BlockField
from apps.operations import store_status
from apps.platform.models import Store
from apps.platform.states import StoreStatus

RIGHT: Final = "platform.change_store"


@dataclass(frozen=True)
class StatusAction:
    """An action on a store: its button, its consequences, and the message afterwards."""

    verb: StrOrPromise
    follows: StrOrPromise
    done: StrOrPromise
    do: Callable[..., object]
    is_hard: bool = False
    heading: StrOrPromise = ""

    def title(self, store: Store) -> str:
        heading = self.heading or gettext("{verb} {store}")
        return heading.format(verb=self.verb, store=store.name)


ACTIONS: Final = {
    "suspend": StatusAction(
        _("Suspend"),
        _(
            "Visitors see a page that says the shop is closed for now. Its staff can log in, read the reason and look at "
            "everything, and change nothing. Nothing is lost."
        ),
        _("{} is suspended."),
        store_status.suspend_store,
        is_hard=True,
    ),
    "reason": StatusAction(
        _("Change the reason"),
        _(
            "Its staff read the new reason in the admin instead of the old one. The store stays suspended."
        ),
        _("The reason why {} is suspended is replaced."),
        store_status.change_suspension_reason,
        heading=_("Change why {store} is suspended"),
    ),
    "reinstate": StatusAction(
        _("Reinstate"),
        _("The shop and its admin work again as before."),
        _("{} is active again."),
        store_status.reinstate_store,
    ),
    "unpublish": StatusAction(
        _("Unpublish"),
        _(
            "Visitors see a page that says the shop opens soon. Its staff go on working in the admin."
        ),
        _("{} is not published any more."),
        lambda **given: store_status.set_published(is_published=False, **given),
    ),
    "publish": StatusAction(
        _("Publish"),
        _("Visitors see the shop and can order in it."),
        _("{} is published."),
        lambda **given: store_status.set_published(is_published=True, **given),
    ),
    "archive": StatusAction(
        _("Archive"),
        _(
            "The shop and its admin close, and no work is done for it any more. Everything in it is kept and can be reinstated."
        ),
        _("{} is archived."),
        store_status.archive_store,
        is_hard=True,
    ),
}


class ReasonForm(forms.Form):
    reason = BlockField(
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "The store's owners read this in the mail they get, and it stays in the audit log."
        ),
    )


def actions_for(store: Store) -> list[str]:
    """The actions that are possible now, the usual one first. The services decide."""
    if store.status == StoreStatus.ACTIVE:
        return ["unpublish" if store.is_published else "publish", "suspend", "archive"]
    if store.status == StoreStatus.SUSPENDED:
        return ["reinstate", "reason", "archive"]
    return ["reinstate"] if store.status == StoreStatus.ARCHIVED else []


def status_links(store: Store) -> SafeString | str:
    """For the store's page: its status, the reason, and the possible actions."""
    links = format_html_join(
        ", ",
        '<a href="{}">{}</a>',
        ((status_url(store, name), ACTIONS[name].verb) for name in actions_for(store)),
    )
    words = gettext("Published") if store.is_published else gettext("Not published")
    if store.status != StoreStatus.ACTIVE:
        words = str(store.get_status_display()).capitalize()
    if store.suspension_reason:
        words = f"{words}: {store.suspension_reason}"
    return format_html("{} ({})", words, links) if links else words


def status_url(store: Store, step: str) -> str:
    return reverse("platform_admin:platform_store_status", args=[store.pk, step])


def status_urls() -> list[Any]:
    return [
        path(
            "<uuid:store_id>/status/<slug:step>/",
            platform_admin.admin_view(status_view),
            name="platform_store_status",
        )
    ]


def status_view(request: HttpRequest, store_id: Any, step: str) -> HttpResponse:
    """The form for the reason; sending it executes the action. The store's page shows the reason of a refusal."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)
    chosen = ACTIONS.get(step)
    if chosen is None:
        raise Http404
    known = {"reason": store.suspension_reason} if step == "reason" else None
    form = ReasonForm(request.POST or None, initial=known)
    page = reverse("platform_admin:platform_store_change", args=[store.pk])
    if request.method == "POST" and form.is_valid():
        _take(request, store, chosen, form.cleaned_data["reason"])
        return HttpResponseRedirect(page)
    context = {
        **platform_admin.each_context(request),
        "title": chosen.title(store),
        "opts": Store._meta,
        "store": store,
        "step": chosen,
        "form": form,
        "page": page,
    }
    return TemplateResponse(request, "backoffice/store_status.html", context)


def _take(request: HttpRequest, store: Store, step: StatusAction, reason: str) -> None:
    """Do it, and say so. If the store already has that status, the message says so."""
    before = _status_of(store)
    try:
        step.do(store=store, reason=reason)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return
    if _status_of(store) == before:
        messages.info(
            request,
            gettext("%(sentence)s Nothing changed, so no mail was sent.")
            % {"sentence": step.done.format(store.name)},
        )
    else:
        messages.success(
            request,
            gettext("%(sentence)s Its owners get a mail.")
            % {"sentence": step.done.format(store.name)},
        )


def _status_of(store: Store) -> tuple[str, str, bool]:
    return store.status, store.suspension_reason, store.is_published
