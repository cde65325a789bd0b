"""Visits of support in this store's admin: who came and why, what was changed, and what owners allow."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.models import Role
from apps.accounts.visiting import rules
from apps.accounts.visiting.access import MOST_DAYS, save_access
from apps.accounts.visiting.services import VISIT_MINUTES
from apps.accounts.visitors import VisitingPerson
from apps.backoffice.names import action_name
from apps.backoffice.sites import store_admin
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.events.models import AuditEntry
from apps.platform.models import AccessLevel, Store, StoreVisit
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store

RIGHT: Final = "accounts.view_user"
PAGE: Final = "store_admin:support_access"
PER_PAGE: Final = 20
_MOST_CHANGES: Final = 10
_LEVELS: Final = (
    (AccessLevel.NONE, _("No visits")),
    (AccessLevel.LOOK, _("Look only")),
    (AccessLevel.CHANGE, _("Look and change, until a day")),
)


class AccessForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Support of the platform may"), choices=_LEVELS, widget=UnfoldAdminSelectWidget
    )
    until = forms.DateField(
        label=_("Last day of changes"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "bo-input"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = gettext(
            "At most %(days)s days ahead. Support looks only afterwards."
        ) % {"days": MOST_DAYS}


def may_allow(request: HttpRequest) -> bool:
    """The store's own owners: no visit allows itself anything."""
    user: Any = request.user
    if isinstance(user, VisitingPerson):
        return False
    return bool(user.is_superuser or user.role == Role.OWNER) and not current_store().is_suspended


def access_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_store(current_store().id)
    access = rules.access_of(store)
    form: AccessForm | None = None
    if may_allow(request):
        known = {"level": access.level, "until": access.until}
        form = AccessForm(request.POST or None, initial=known)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _saved(request, form, store):
            return HttpResponseRedirect(reverse(PAGE))
    visits = StoreVisit.objects.filter(store=store, entered_at__isnull=False)
    page = Paginator(visits.order_by("-entered_at"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Visits of support"),
        "form": form,
        "allows": dict(_LEVELS)[AccessLevel(access.level)],
        "until": access.until,
        "minutes": VISIT_MINUTES,
        "page": page,
        "rows": _rows(list(page.object_list)),
    }
    return TemplateResponse(request, "backoffice/support_access.html", context)


def _saved(request: HttpRequest, form: AccessForm, store: Store) -> bool:
    try:
        save_access(store=store, **form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, gettext("Saved."))
    return True


def _rows(visits: Sequence[StoreVisit]) -> list[dict[str, Any]]:
    """Each visit with what was changed in it: one statement for all."""
    changes = _changes_of(visits)
    return [
        {
            "visit": visit,
            "who": VisitingPerson(visit, may_change=False).label,
            "is_open": visit.ended_at is None and visit.until is not None and visit.until > now(),
            "ended_at": visit.ended_at or visit.until,
            "changes": changes[visit.pk][:_MOST_CHANGES],
            "count": len(changes[visit.pk]),
        }
        for visit in visits
    ]


def _changes_of(visits: Sequence[StoreVisit]) -> dict[UUID, list[tuple[AuditEntry, str]]]:
    found: dict[UUID, list[tuple[AuditEntry, str]]] = defaultdict(list)
    begun = [visit.entered_at for visit in visits if visit.entered_at is not None]
    if not begun:
        return found
    entries = AuditEntry.objects.filter(
        created_at__gte=min(begun), actor_ref__in=[visit.pk for visit in visits]
    ).exclude(action__startswith="store.visit_")
    for entry in entries.order_by("id"):
        if entry.actor_ref is not None:
            found[entry.actor_ref].append((entry, action_name(entry.action)))
    return found


store_admin.add_page("support_access", access_page, address="support-access/")
