"""The mails to a buyer whose order was changed by staff, comes on another day, or is collected elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.common.addresses import address_lines
from apps.fulfilment.mail_amounts import amount_of, awaited_words, language_of
from apps.fulfilment.mails import item_of, pickup_facts, send_to_buyer
from apps.fulfilment.selectors import cash_to_collect
from apps.fulfilment.states import ShipmentState
from apps.inventory.queue import Waiting
from apps.orders.models import Order, OrderEvent
from apps.orders.worth import worth_of_pieces
from apps.payments.credits import credits_of
from apps.payments.models import Refund


def mail_change(order: Order, event: OrderEvent) -> None:
    """What was taken off and added, what the order costs now, and what goes back. A link to pay is in a mail of its own."""
    data, language = event.data, language_of(order)
    lines = {str(line.pk): line for line in order.lines.order_by("position")}

    def shown(pieces: dict[str, int]) -> list[dict[str, Any]]:
        return [
            {
                "title": lines[key].title,
                "variant": lines[key].variant_title,
                "quantity": str(count),
                "amount": amount_of(
                    order, worth_of_pieces(lines[key], count, after=0).total_minor, language
                ),
            }
            for key, count in pieces.items()
            if key in lines
        ]

    back = Refund.objects.filter(payment__order=order, request_key=f"change-{event.pk}")
    refunded = sum(back.values_list("amount_minor", flat=True))
    due, left = cash_to_collect(order), credits_of(order).left
    facts: dict[str, Any] = {
        "reason": data.get("reason", ""),
        "new_order": data.get("text", "") if event.kind == "order.pieces_moved" else "",
        "removed": shown(data.get("cancelled", {})),
        "added": shown(data.get("added", {})),
        "is_redirected": bool(data.get("is_redirected")),
        "address": address_lines(order.shipping_address or {}, language),
        "total": amount_of(order, left.total_minor, language),
        "refunded": amount_of(order, refunded, language) if refunded else "",
        "on_delivery": amount_of(order, due, language) if due else "",
    }
    send_to_buyer(order, "order_changed", about=event.pk, facts=facts)


def mail_days(order: Order, event: OrderEvent) -> None:
    """Which pieces come later than the buyer knows, or earlier, and when."""
    language = language_of(order)
    lines = {str(line.pk): line for line in order.lines.order_by("position")}
    facts = {
        "lines": [
            {
                **item_of(line, facts["quantity"]),
                "awaited": awaited_words(_waiting_of(facts), facts["quantity"], language),
            }
            for key, line in lines.items()
            if (facts := event.data["days"].get(key)) is not None
        ]
    }
    send_to_buyer(order, "order_days", about=event.pk, facts=facts)


def mail_pickup(order: Order, event: OrderEvent) -> None:
    """Where the order is collected by now; with its code, once it is ready."""
    language = language_of(order)
    parcel = order.shipments.filter(state=ShipmentState.READY).order_by("pk").first()
    ready = pickup_facts(parcel, order) if parcel is not None else None
    facts: dict[str, Any] = {
        "pickup": ready or {**(order.pickup or {}), "code": "", "until": ""},
        "address": address_lines(order.shipping_address or {}, language),
    }
    send_to_buyer(order, "order_pickup", about=event.pk, facts=facts)


def _waiting_of(facts: Mapping[str, Any]) -> Waiting:
    day = facts["expected_on"]
    return Waiting(
        facts["quantity"], date.fromisoformat(day) if day else None, facts["is_preorder"]
    )
