"""Buttons of an order's page by which staff hold it, tag it, and write to its buyer."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext

from apps.backoffice.base import staff_actor
from apps.orders import services as orders
from apps.orders.models import Order


def _hold(request: HttpRequest, order: Order) -> str:
    orders.hold_order(
        order=order, reason=request.POST.get("reason", ""), actor=staff_actor(request)
    )
    return gettext("On hold. It can't be shipped until you release it.")


def _release(request: HttpRequest, order: Order) -> str:
    orders.release_order(order=order, actor=staff_actor(request))
    return gettext("Released. It can be shipped.")


def _tags(request: HttpRequest, order: Order) -> str:
    typed = request.POST.get("tags", "").split(",")
    tags = orders.set_tags(order=order, tags=typed, actor=staff_actor(request))
    if not tags:
        return gettext("The order has no tags now.")
    return gettext("Tags: %(tags)s") % {"tags": ", ".join(tags)}


def _message(request: HttpRequest, order: Order) -> str:
    is_mailed = "mail" in request.POST
    orders.write_to_buyer(
        order=order,
        text=request.POST.get("text", ""),
        is_mailed=is_mailed,
        actor=staff_actor(request),
    )
    if is_mailed:
        return gettext("The customer gets it by mail and reads it on the order's page.")
    return gettext("The customer reads it on the order's page.")


NOTE_PRESSES: Final[dict[str, Callable[[HttpRequest, Order], str]]] = {
    "hold": _hold,
    "release": _release,
    "tags": _tags,
    "message": _message,
}
