"""Asking EasyEcom about one order now. What it answers goes the way of its webhooks."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.utils.translation import gettext

from apps.common.ids import random_token
from apps.easyecom.client import Client
from apps.easyecom.errors import NotThere
from apps.easyecom.reading import number_of
from apps.easyecom.selectors import find_invoice
from apps.inbox import services as inbox
from apps.inbox.errors import MalformedMessage
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.inbox.tasks import start_handling
from apps.orders.models import Order


def fetch_order(*, order: Order) -> str:
    """Ask, and apply the answer at once. A sentence for staff. Raises `NotThere`, `SystemUnavailable`, `Refused`."""
    found = Client().find_orders(order.number, since=order.placed_at)
    if not found:
        raise NotThere()
    messages = receive_orders(found)
    for message in messages:
        inbox.handle_message(message_id=message.pk)
    rows = list(InboxMessage.objects.filter(pk__in=[each.pk for each in messages]))
    failed = [row.last_error for row in rows if row.state != InboxState.DONE]
    if failed:
        return gettext("EasyEcom answered. Not all of it could be applied: %(why)s") % {
            "why": failed[0]
        }
    return gettext("EasyEcom answered: %(count)s invoices.") % {"count": len(rows)}


def receive_orders(rows: Sequence[Mapping[str, Any]]) -> list[InboxMessage]:
    """Keep each as a message of its own, as if it had come by a webhook. The same again is the same message."""
    return [
        inbox.receive(
            source="easyecom",
            topic="orders",
            body=orjson.dumps({"orders": [row]}),
            subject=_subject_of(row),
        )
        for row in rows
    ]


def apply_again(refs: Sequence[str]) -> int:
    """Have invoices that came before looked at once more, as their documents are. Returns how many are there."""
    count = 0
    for ref in refs:
        document = find_invoice(ref)
        if document is not None:
            count += 1
            body = orjson.dumps({"orders": [document.payload]})
            start_handling(
                inbox.receive(
                    source="easyecom",
                    topic="orders",
                    body=body,
                    key=random_token(),
                    subject=document.number,
                )
            )
    return count


def _subject_of(row: Mapping[str, Any]) -> str:
    """What can't be read is for the handling to say."""
    try:
        return number_of(row)
    except MalformedMessage:
        return ""
