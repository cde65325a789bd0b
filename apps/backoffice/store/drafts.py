"""Draft orders: the list, and the page on which staff make one, send it, or order it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.draft_form import Typed, TypedLine, input_of, read_typed, typed_of
from apps.backoffice.typed import MOST_SEEN
from apps.catalog.selectors import find_variant_refs, read_lines
from apps.checkout import services as checkout
from apps.checkout.drafts import is_bargain
from apps.checkout.models import DraftOrder
from apps.checkout.states import EDITABLE, DraftState
from apps.common.errors import DomainError, InvalidInput
from apps.common.places import country_choices
from apps.common.text import line_of, whole_number
from apps.payments.selectors import list_payment_methods
from apps.pricing.models import ShippingKind, ShippingMethod
from apps.tenancy.context import current_store

SEES: Final = "checkout.view_draftorder"
CHANGES: Final = "checkout.change_draftorder"
ORDERS: Final = "checkout.add_draftorder"
BARGAINS: Final = "payments.add_refund"
MOST_FOUND: Final = 12
_PAGE: Final = "store_admin:checkout_draftorder_change"
_LIST: Final = "store_admin:checkout_draftorder_changelist"


def _require(request: HttpRequest, right: str) -> None:
    if not (request.user.has_perm(right) and request.user.has_perm(SEES)):
        raise PermissionDenied


def _require_plain(request: HttpRequest, is_bargain: bool) -> None:
    """Amounts by hand are for those who may refund."""
    if is_bargain and not request.user.has_perm(BARGAINS):
        raise InvalidInput(gettext("You are not allowed to give discounts."))


def new_view(request: HttpRequest) -> HttpResponse:
    """An empty page; its first save makes the draft."""
    _require(request, CHANGES)
    return show(request, None)


def show(
    request: HttpRequest,
    draft: DraftOrder | None,
    typed: Typed | None = None,
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page with what is stored, or with what was typed and refused."""
    currency = draft.currency if draft else current_store().currency
    shown = typed or typed_of(draft)
    cost = _quote(draft) if draft and shown.lines and not faults else {}
    is_editable = request.user.has_perm(CHANGES) and (draft is None or draft.state in EDITABLE)
    context = {
        **store_admin.each_context(request),
        "title": str(draft) if draft else gettext("New draft"),
        "opts": DraftOrder._meta,
        "draft": draft,
        "currency": currency,
        "texts": shown.texts,
        "faults": faults or {},
        "found": _find(request, currency) if is_editable else None,
        "sought": request.GET.get("q", ""),
        "ways": ShippingMethod.objects.filter(is_active=True, currency=currency).exclude(
            kind=ShippingKind.PICKUP
        ),
        "countries": country_choices("en"),
        "methods": list_payment_methods(),
        "is_editable": is_editable,
        "may_bargain": is_editable and request.user.has_perm(BARGAINS),
        "may_copy": draft is not None and request.user.has_perm(CHANGES),
        "may_order": is_editable and draft is not None and request.user.has_perm(ORDERS),
        **cost,
        "rows": [_row(line, faults or {}, cost.get("prices", {})) for line in shown.lines],
    }
    return TemplateResponse(request, "backoffice/draft.html", context)


def _row(line: TypedLine, faults: Mapping[str, str], prices: Mapping[str, Any]) -> dict[str, Any]:
    said = (faults.get(f"quantity-{line.ref}"), faults.get(f"price-{line.ref}"))
    return {
        "line": line,
        "fault": " ".join(text for text in said if text),
        "priced": prices.get(line.ref),
    }


def _find(request: HttpRequest, currency: str) -> list[Any] | None:
    """Variants for what is sought; None where nothing is."""
    sought = line_of(request.GET.get("q", ""))
    if not sought:
        return None
    refs = find_variant_refs(sought)[:MOST_FOUND]
    known = read_lines(refs, currency)
    return [known[ref] for ref in refs if ref in known]


def _quote(draft: DraftOrder) -> dict[str, Any]:
    """What it costs now, or why that can't be said."""
    if draft.state == DraftState.PLACED:
        return {}
    try:
        quote = checkout.quote_draft(draft)
    except DomainError as error:
        return {"no_quote": sentence_of(error)}
    priced = quote.priced
    refused = [f"{each.code}: {each.refusal.text}" for each in quote.applied.refused]
    return {
        "refused_codes": refused,
        "priced": priced,
        "prices": {line.variant_ref: line for line in priced.lines},
    }


def _draft(draft_id: UUID) -> DraftOrder:
    return get_object_or_404(DraftOrder, pk=draft_id)


def _refused(request: HttpRequest, draft: DraftOrder | None, error: DomainError) -> HttpResponse:
    messages.error(request, sentence_of(error))
    faults = {name: " ".join(texts) for name, texts in error.fields.items()}
    return show(request, draft, read_typed(request), faults)


@posted(_LIST)
def create_view(request: HttpRequest) -> HttpResponse:
    return _save(request, None)


@posted(_PAGE, "draft_id")
def save_view(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    return _save(request, _draft(draft_id))


def _save(request: HttpRequest, draft: DraftOrder | None) -> HttpResponse:
    """Every button of the form saves first: what was typed is never lost."""
    _require(request, CHANGES)
    currency = draft.currency if draft else current_store().currency
    try:
        data = input_of(
            read_typed(request), currency, added=line_of(request.POST.get("add", ""), most=36)
        )
        _require_plain(request, data.is_bargain)
        saved = checkout.save_draft(
            data=data, actor=staff_actor(request), draft=draft, version=_version(request)
        )
    except DomainError as error:
        return _refused(request, draft, error)
    page = reverse(_PAGE, args=[saved.pk])
    if "find" in request.POST:
        return HttpResponseRedirect(f"{page}?{urlencode({'q': request.POST.get('q', '')})}#found")
    messages.success(request, gettext("Saved."))
    return HttpResponseRedirect(page)


def _button(right: str, press: Callable[[HttpRequest, DraftOrder], str]) -> Any:
    """`press` returns the page that follows."""

    @posted(_PAGE, "draft_id")
    def view(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
        _require(request, right)
        draft = _draft(draft_id)
        try:
            page = press(request, draft)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            page = reverse(_PAGE, args=[draft_id])
        return HttpResponseRedirect(page)

    return view


def _send(request: HttpRequest, draft: DraftOrder) -> str:
    checkout.send_draft(
        draft=draft,
        version=_version(request),
        days=whole_number(request.POST.get("days", ""), most=999) or 0,
        actor=staff_actor(request),
    )
    messages.success(request, gettext("Sent. The customer can pay by the link in the mail."))
    return reverse(_PAGE, args=[draft.pk])


def _order(request: HttpRequest, draft: DraftOrder) -> str:
    placed = checkout.place_draft(
        draft=draft,
        version=_version(request),
        payment_method=line_of(request.POST.get("payment_method", ""), most=40),
        actor=staff_actor(request),
    )
    messages.success(request, gettext("Ordered. Its stock is reserved."))
    return reverse("store_admin:orders_order_change", args=[placed.order.pk])


def _duplicate(request: HttpRequest, draft: DraftOrder) -> str:
    _require_plain(request, is_bargain(draft))
    copy = checkout.duplicate_draft(draft=draft, actor=staff_actor(request))
    messages.success(request, gettext("This is the copy."))
    return reverse(_PAGE, args=[copy.pk])


def _delete(request: HttpRequest, draft: DraftOrder) -> str:
    checkout.delete_draft(draft=draft, actor=staff_actor(request))
    messages.success(request, gettext("The draft is deleted."))
    return reverse(_LIST)


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version", ""), most=MOST_SEEN) or 0


@admin.register(DraftOrder, site=store_admin)
class DraftOrderAdmin(RecordAdmin):
    list_display = ("shown_number", "buyer", "total", "shown_state", "when")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("email", "phone")
    card = Card("shown_number", side=("total",), facts=("buyer",), end=("when",), badges=("shown_state",))  # fmt: skip
    change_list_template = "backoffice/drafts.html"
    empty_advice = _("Make an order for a customer, and send it as a link to pay.")

    def get_urls(self) -> list[Any]:
        views: dict[str, Any] = {
            "save": save_view,
            "send": _button(CHANGES, _send),
            "order": _button(ORDERS, _order),
            "discard": _button(CHANGES, _delete),
            "duplicate": _button(CHANGES, _duplicate),
        }
        wrap = self.admin_site.admin_view
        doors = [
            path(f"<uuid:draft_id>/{verb}/", wrap(view), name=f"checkout_draftorder_{verb}")
            for verb, view in views.items()
        ]
        fresh = [
            path("new/", wrap(new_view), name="checkout_draftorder_new"),
            path("create/", wrap(create_view), name="checkout_draftorder_create"),
        ]
        return [*fresh, *doors, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        draft = self.get_object(request, object_id)
        if draft is None or not self.has_view_permission(request, draft):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return show(request, draft)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_make": request.user.has_perm(CHANGES)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    @display(description=_("draft"), ordering="id")
    def shown_number(self, draft: DraftOrder) -> str:
        return draft.number

    @display(description=_("customer"), ordering="email")
    def buyer(self, draft: DraftOrder) -> str:
        return str(draft.shipping_address.get("name") or draft.email or "-")

    @display(description=_("total"), ordering="total_minor")
    def total(self, draft: DraftOrder) -> str:
        return money(draft.total_minor, draft.currency) if draft.total_minor is not None else "-"

    @display(description=_("state"), ordering="state")
    def shown_state(self, draft: DraftOrder) -> SafeString:
        if draft.state == DraftState.SENT and not draft.is_payable:
            return badge("expired", gettext("The link is over"))
        tone = {"open": "draft", "sent": "pending", "placed": "done"}[draft.state]
        return badge(tone, draft.get_state_display())

    @display(description=_("made"), ordering="created_at")
    def when(self, draft: DraftOrder) -> Any:
        return moment(draft.created_at)
