"""The cards of outside systems on an order's page: what each knows of the order, and its buttons."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.columns import moment
from apps.backoffice.posting import posted
from apps.common.errors import DomainError
from apps.integrations.installed import list_kinds
from apps.integrations.kinds import Kind
from apps.integrations.selectors import is_connected
from apps.integrations.values import CardButton, CardPart, OrderCard
from apps.orders.models import Order
from apps.platform.auditing import note
from apps.tenancy.transactions import atomic_at_home

_PAGE: Final = "store_admin:orders_order_change"
_SEES: Final = "orders.view_order"


@dataclass(frozen=True)
class ShownCard:
    code: str
    label: str
    parts: list[CardPart]


def present_systems(order: Order, request: HttpRequest) -> list[ShownCard]:
    """A card for each connected system that has one. No query where the store is connected to none."""
    found = []
    for kind in list_kinds():
        card = kind.facts_of_order(order) if is_connected(kind.code) else None
        if card is not None:
            parts = [_shown(each, request) for each in (card.whole, *card.parts)]
            found.append(ShownCard(kind.code, str(kind.label), parts))
    return found


@posted(_PAGE, "order_id")
def press_system_view(request: HttpRequest, order_id: UUID, code: str) -> HttpResponse:
    """A button of a card. It is pressed only where the page shows it."""
    if not request.user.has_perm(_SEES):
        raise PermissionDenied
    order = get_object_or_404(Order, pk=order_id)
    kind = next((each for each in list_kinds() if each.code == code), None)
    if kind is None or not is_connected(code):
        raise Http404
    button = _pressed(kind, order, request)
    try:
        said = kind.press(order, button.verb, button.key, staff_actor(request))
    except DomainError as error:
        messages.error(request, sentence_of(error))
    else:
        with atomic_at_home():
            after = {"system": str(kind.label), "button": str(button.label)}
            note("order.system_pressed", order, after=after)
        messages.success(request, said)
    return HttpResponseRedirect(reverse(_PAGE, args=[order.pk]))


def _pressed(kind: Kind, order: Order, request: HttpRequest) -> CardButton:
    """Raises 403 without the right to it. One that is gone meanwhile says so by the service."""
    verb, _colon, key = request.POST.get("press", "").partition(":")
    card = kind.facts_of_order(order)
    for button in _buttons(card) if card is not None else []:
        if (button.verb, button.key) == (verb, key):
            if not request.user.has_perm(button.needs):
                raise PermissionDenied
            return button
    raise Http404


def _buttons(card: OrderCard) -> list[CardButton]:
    return [button for part in (card.whole, *card.parts) for button in part.buttons]


def _shown(part: CardPart, request: HttpRequest) -> CardPart:
    """Moments as people read them; nothing empty; the buttons that this person may press."""
    rows: list[Any] = [
        (label, moment(value) if isinstance(value, datetime) else value)
        for label, value in part.rows
        if value
    ]
    buttons = [each for each in part.buttons if request.user.has_perm(each.needs)]
    return replace(part, rows=rows, buttons=buttons)
