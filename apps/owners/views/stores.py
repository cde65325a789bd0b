"""All stores of an account on one page: plan, usage, invoices, hosts, placement, moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.backoffice.billing import StoreBilling, read_billing
from apps.backoffice.columns import money
from apps.backoffice.usage import PlanUsage, read_usage
from apps.billing.models import Invoice
from apps.billing.printing import print_invoice
from apps.invoices.answers import pdf_answer
from apps.owners.door import for_owners
from apps.owners.room import find_room
from apps.owners.selectors import find_last_move, get_own_store, list_own_stores
from apps.platform.models import DatabaseType, Domain, Store, StoreMove
from apps.platform.selectors import store_url
from apps.platform.services.plans import DEFAULT_PLAN
from apps.platform.states import DomainStatus, StoreStatus

ON_A_PAGE = 10
_TONES: Final[Mapping[str, str]] = {StoreStatus.ACTIVE: "good", StoreStatus.SUSPENDED: "bad"}
_READABLE = (StoreStatus.ACTIVE, StoreStatus.SUSPENDED)


@dataclass(frozen=True)
class ShownStore:
    """One store of the page. `usage` and `billing` are there while the store can be read."""

    row: Store
    status: str
    tone: str
    shop_url: str
    admin_url: str
    placement: str
    hosts: list[str]
    move: StoreMove | None = None
    usage: PlanUsage | None = None
    billing: StoreBilling | None = None
    invoices: list[dict[str, Any]] = field(default_factory=list)


@require_safe
@for_owners
def stores_page(request: HttpRequest, owner: User) -> HttpResponse:
    """Some twenty statements a store, so a page has few of them."""
    page = Paginator(list_own_stores(owner), ON_A_PAGE).get_page(request.GET.get("page"))
    room = find_room(owner)
    context = {
        "page": page,
        "stores": [_show(store) for store in page],
        "has_room": bool(room.names),
        "full_sentence": room.sentence(DEFAULT_PLAN),
    }
    return render(request, "owners/stores.html", context)


@require_safe
@for_owners
def invoice_file(
    request: HttpRequest, owner: User, store_id: UUID, invoice_id: UUID
) -> HttpResponse:
    store = get_own_store(owner, store_id)
    invoice = get_object_or_404(Invoice, pk=invoice_id, store_id=store.pk)
    return pdf_answer(print_invoice(invoice), invoice.file_name)


def _show(store: Store) -> ShownStore:
    is_readable = store.status in _READABLE
    billing = read_billing(store, site="platform_admin") if is_readable else None
    label = str(DatabaseType(store.database_type).label)
    return ShownStore(
        row=store,
        status=_status_of(store),
        tone=_TONES.get(store.status, "warn"),
        shop_url=store_url(store),
        admin_url=store_url(store, "/admin/"),
        placement=label[0].upper() + label[1:],
        hosts=[_show_host(domain) for domain in store.domains.all()],
        move=find_last_move(store),
        usage=read_usage(store) if is_readable else None,
        billing=billing,
        invoices=[_show_invoice(invoice) for invoice in (billing.invoices if billing else [])],
    )


def _show_host(domain: Domain) -> str:
    if domain.status == DomainStatus.VERIFIED:
        return domain.domain
    return f"{domain.domain} ({domain.get_status_display()})"


def _status_of(store: Store) -> str:
    if store.status == StoreStatus.ACTIVE:
        return gettext("open") if store.is_published else gettext("not published")
    return str(store.get_status_display())


def _show_invoice(shown: Any) -> dict[str, Any]:
    invoice = shown.invoice
    return {
        "id": invoice.pk,
        "number": invoice.number,
        "total": money(invoice.total_minor, invoice.currency),
        "issued": shown.issued,
        "status": invoice.get_status_display(),
    }
