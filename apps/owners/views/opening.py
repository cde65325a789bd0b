"""Opening a store, and the page of its progress."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.backoffice.platform.work_pages import present_work
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.ids import new_id
from apps.common.places import country_choices
from apps.common.text import line_of
from apps.owners import services
from apps.owners.door import for_owners, takes_forms, while_open
from apps.owners.models import Starter
from apps.owners.selectors import (
    find_closing_reason,
    find_opening,
    find_own_login,
    get_own_store,
    guess_country,
)
from apps.owners.store_form import ConnectionForm, StoreForm, store_host_suffix
from apps.placements.kinds import kind_of
from apps.platform.localities import currency_of
from apps.platform.models import ProvisioningJob, Store
from apps.platform.selectors import store_url
from apps.platform.services.plans import DEFAULT_PLAN
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning.services.short_names import choose_short_name, find_fault

_TOO_OFTEN = gettext_lazy("That was tried too often. Please wait some minutes.")
_RUNNING = (JobStatus.QUEUED, JobStatus.RUNNING)
_MOST_TYPED = 120


@sensitive_post_parameters()
@takes_forms
@while_open
@for_owners
@sensitive_variables("form")
def new_store(request: HttpRequest, owner: User) -> HttpResponse:
    country = guess_country(request)
    first = {
        "key": new_id(),
        "country": country,
        "currency": currency_of(country) if country else "",
        "plan": DEFAULT_PLAN,
        "starter": Starter.EMPTY,
    }
    form = StoreForm(request.POST or None, initial=first, owner=owner)
    if request.method != "POST":
        return _page(request, form, 200)
    if "prices" in request.POST:  # without a script: the same form with prices in its currency
        return _page(request, StoreForm(initial=request.POST.dict(), owner=owner), 200)
    if not form.is_valid():
        return _page(request, form, 422)
    if not is_within_rate("store_opening", request, ident=f"opening {owner.pk}"):
        form.add_error(None, str(_TOO_OFTEN))
        return _page(request, form, 429)
    try:
        store = services.open_own_store(owner=owner, config=form.config, **form.values)
    except DomainError as error:
        form.show(error)
        return _page(request, form, 422)
    return redirect("owners:store", store_id=store.pk)


def _page(request: HttpRequest, form: StoreForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "suffix": store_host_suffix(),
        "currencies": {
            code: currency_of(code) for code, _name in country_choices() if currency_of(code)
        },
        "prices": {each.plan.code: {**each.prices, "": each.fallback} for each in form.offers},
    }
    return render(request, "owners/new_store.html", context, status=status)


@require_safe
@while_open
@for_owners
def address(request: HttpRequest, owner: User) -> JsonResponse:
    """What the address would be, and whether it is free. Asked while it is typed; sending the form checks it again."""
    if not is_within_rate("store_address", request, ident=f"address {owner.pk}"):
        return JsonResponse({"sentence": str(_TOO_OFTEN)}, status=429)
    name = line_of(request.GET.get("name", "")[:_MOST_TYPED])
    slug = line_of(request.GET.get("slug", "")[:_MOST_TYPED])
    if not slug:
        slug = choose_short_name(name) if name else ""
    fault = find_fault(slug=slug) if slug else ""
    host = f"{slug}{store_host_suffix()}"
    free = gettext("%(host)s is free.") % {"host": host} if slug else ""
    return JsonResponse({"slug": slug, "isFree": not fault, "sentence": fault or free})


@require_safe
@for_owners
def store_page(request: HttpRequest, owner: User, store_id: UUID) -> HttpResponse:
    """How far the opening is; afterwards the way into shop and admin."""
    return _store_page(request, owner, get_own_store(owner, store_id))


def _store_page(
    request: HttpRequest,
    owner: User,
    store: Store,
    connection: ConnectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    job = find_opening(store)
    is_open = store.status == StoreStatus.ACTIVE
    login = find_own_login(owner, store) if is_open else None
    if connection is None and kind_of(store.database_type).fields:
        connection = ConnectionForm(kind=store.database_type)
    context = {
        "store_row": store,
        "job": job,
        "state": _present(job) if job is not None else None,
        "is_open": is_open,
        "shop_url": store_url(store),
        "admin_url": store_url(store, "/admin/"),
        "needs_password": login is not None and not login.has_usable_password(),
        "form": connection,
        "reason": find_closing_reason(store),
        "contact": settings.PLATFORM_CONTACT,
    }
    return render(request, "owners/store.html", context, status=status)


def _present(job: ProvisioningJob) -> dict[str, Any]:
    return present_work(job, status=job.get_status_display(), is_running=job.status in _RUNNING)


@require_safe
@for_owners
def progress(request: HttpRequest, owner: User, store_id: UUID) -> JsonResponse:
    """Polled by the page while the store is opened."""
    store = get_own_store(owner, store_id)
    job = find_opening(store)
    return JsonResponse(_present(job) if job is not None else {"isRunning": False})


@sensitive_post_parameters()
@require_POST
@for_owners
@sensitive_variables("form")
def retry(request: HttpRequest, owner: User, store_id: UUID) -> HttpResponse:
    """Also with the connection of an own database typed in again."""
    store = get_own_store(owner, store_id)
    if not is_within_rate("store_opening", request, ident=f"opening {owner.pk}"):
        messages.error(request, str(_TOO_OFTEN))
        return redirect("owners:store", store_id=store.pk)
    has_connection = bool(kind_of(store.database_type).fields)
    form = ConnectionForm(request.POST, kind=store.database_type) if has_connection else None
    if form is not None and not form.is_valid():
        return _store_page(request, owner, store, form, 422)
    try:
        services.reconnect_own_store(store=store, config=form.config if form is not None else {})
    except DomainError as error:
        if form is not None:
            form.show(error)
            return _store_page(request, owner, store, form, 422)
        messages.error(request, str(error))
    return redirect("owners:store", store_id=store.pk)


@require_POST
@for_owners
def first_login(request: HttpRequest, owner: User, store_id: UUID) -> HttpResponse:
    """A page with the link: a form may not lead to another host."""
    store = get_own_store(owner, store_id)
    try:
        link = services.make_first_login_link(owner=owner, store=store)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("owners:store", store_id=store.pk)
    return render(request, "owners/first_login.html", {"store_row": store, "link": link})
