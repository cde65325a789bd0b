"""The hosts of a store: owners claim them, see what to enter at the registrar, and choose the primary one."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role
from apps.backoffice.base import call_service, sentence_of
from apps.backoffice.host_words import list_records, shown_host, status_badge, warning_badges
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError
from apps.common.fields import HostField
from apps.common.form_errors import show_error
from apps.platform import services as platform
from apps.platform.models import Domain, Finding, LimitName
from apps.platform.selectors import get_limits, get_store, public_url
from apps.platform.selectors.usage import count_custom_domains, is_custom
from apps.platform.states import DomainStatus
from apps.tenancy.context import current_store

PAGE: Final = "store_admin:domains"
RIGHT: Final = "accounts.view_user"


class ClaimForm(forms.Form):
    host = HostField(
        label=_("Domain"),
        max_length=253,
        help_text=_("Such as shop.example.com or मसाला.भारत, without https://."),
        widget=forms.TextInput(
            {"class": "bo-input", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


def domains_page(request: HttpRequest) -> HttpResponse:
    """With the form of another host, for owners."""
    _require_seen(request)
    store = get_store(current_store().id)
    form = ClaimForm(request.POST or None) if _may_change(request) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _claim(request, form):
            return HttpResponseRedirect(request.path)
    rows = list(Domain.objects.filter(tenant=store))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Domains"),
        "form": form,
        "hosts": [_present(row) for row in rows],
        "has_own": any(is_custom(row.domain) for row in rows),
        "used": count_custom_domains(store.pk),
        "allowed": get_limits(store.pk).numbers[LimitName.DOMAINS],
    }
    return TemplateResponse(request, "backoffice/domains.html", context)


def _present(row: Domain) -> dict[str, Any]:
    is_own = is_custom(row.domain)
    return {
        "row": row,
        "name": shown_host(row),
        "url": public_url(row.domain) if row.is_verified else "",
        "status": status_badge(row),
        "warnings": warning_badges(row),
        "records": list_records(row) if is_own and row.status != DomainStatus.TAKEN else [],
        "is_own": is_own,
        "is_waiting": row.status == DomainStatus.WAITING,
        "says": _sentence_of(row) if is_own else gettext("The address that the platform gave it."),
    }


def _sentence_of(row: Domain) -> str:
    """What the owner has to know of the state."""
    if row.status == DomainStatus.TAKEN:
        return gettext("Another store has proved this domain by its record. Remove it here.")
    if row.status == DomainStatus.EXPIRED:
        return gettext("The record was not found in seven days. Enter it, then check once more.")
    if row.status == DomainStatus.WAITING:
        return {
            Finding.ABSENT: gettext("The record was not found yet. New records can take an hour."),
            Finding.OTHER: gettext("A record is there, and its value is another one."),
            Finding.SILENT: gettext("The name servers of the domain did not answer."),
        }.get(Finding(row.finding), gettext("Enter these records where the domain was registered."))
    if row.lost_at is not None:
        return gettext(
            "The record that proves the domain is missing. Put it back: after two weeks without it, another store that proves the domain gets it."
        )
    if row.points_here is False:
        return gettext("The domain is yours, and leads visitors elsewhere: %(to)s.") % {
            "to": row.points_to or gettext("to no address")
        }
    if row.is_primary:
        return gettext("The pages of the shop are here; its other domains lead here.")
    return gettext("Visitors are led to the primary domain.")


def _claim(request: HttpRequest, form: ClaimForm) -> bool:
    try:
        row = platform.claim_domain(store=get_store(current_store().id), **form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    done = gettext("%(host)s is on the list. Enter its records, then check.")
    messages.success(request, done % {"host": row.domain})
    return True


@posted(PAGE)
def check_view(request: HttpRequest, domain_id: Any) -> HttpResponseBase:
    row = _own_row(request, domain_id)
    try:
        found = platform.check_now(domain=row)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(PAGE))
    if found.is_verified and found.lost_at is None:
        messages.success(request, gettext("%(host)s is verified.") % {"host": found.domain})
    else:
        messages.warning(request, f"{found.domain}: {_sentence_of(found)}")
    return HttpResponseRedirect(reverse(PAGE))


@posted(PAGE)
def step_view(request: HttpRequest, domain_id: Any, step: str) -> HttpResponseBase:
    """Make it primary, or remove it. The address that the platform gave the store stays."""
    row = _own_row(request, domain_id)
    steps: dict[str, tuple[Callable[..., object], str]] = {
        "primary": (platform.make_primary, gettext("The pages of the shop are at %(host)s now.")),
        "remove": (platform.remove_domain, gettext("%(host)s is removed.")),
    }
    if step not in steps or (step == "remove" and not is_custom(row.domain)):
        raise Http404
    service, done = steps[step]
    call_service(request, partial(service, domain=row), done % {"host": row.domain})
    return HttpResponseRedirect(reverse(PAGE))


def _own_row(request: HttpRequest, domain_id: Any) -> Domain:
    _require_seen(request)
    row = get_object_or_404(Domain, pk=domain_id, tenant_id=current_store().id)
    if not _may_change(request):
        raise PermissionDenied
    return row


def _require_seen(request: HttpRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def _may_change(request: HttpRequest) -> bool:
    """Owners, while the platform has not suspended the store."""
    user: Any = request.user
    return bool(user.is_superuser or user.role == Role.OWNER) and not current_store().is_suspended


store_admin.add_page("domains", domains_page)
store_admin.add_page("domains_check", check_view, address="domains/<uuid:domain_id>/check/")
store_admin.add_page("domains_step", step_view, address="domains/<uuid:domain_id>/<slug:step>/")
