"""Lists of what happens begin with the latest; background tasks are found by their order."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from apps.backoffice.base import RecordAdmin
from apps.backoffice.sites import platform_admin, store_admin
from apps.events.models import OutboxMessage
from apps.orders.models import Order
from tests.support.acting import seeing_all

# A row counts what happened again and again, or in a span of days; the most is first.
COUNTS = {"missedsearch", "storespan"}
RECORDS = [
    admin
    for site in (platform_admin, store_admin)
    for admin in site._registry.values()
    if isinstance(admin, RecordAdmin) and admin.opts.model_name not in COUNTS
]


def test_there_are_lists() -> None:
    names = {admin.opts.model_name for admin in RECORDS}
    assert names >= {"shipment", "outboxmessage", "payment", "sentmail", "auditentry"}
    assert names >= {"inboxmessage", "order", "movement", "storemove", "provisioningjob"}


@pytest.mark.parametrize("admin", RECORDS, ids=str)
def test_records_begin_with_the_latest(admin: Any) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    first = next(iter(admin.get_ordering(request) or admin.opts.ordering))
    assert first in {
        "-id",
        "-pk",
        "-created_at",
        "-received_at",
        "-placed_at",
        "-on",
        "-at",
        "-last_message_at",
    }, first


def test_background_tasks_are_found_by_the_number_of_their_order(owner: Client, store: Any) -> None:
    with seeing_all(store):
        order = Order.objects.get()
        kept = {"message_id": order.pk, "topic": "order.created", "consumer": "notifications.mail"}
        theirs = OutboxMessage.objects.create(key=str(order.pk), **kept)
        other = OutboxMessage.objects.create(key="other", **kept)
    address = "/admin/events/outboxmessage/"
    for typed in (order.number, f"#{order.number.lower()}"):
        page = owner.get(address, {"q": typed}).content.decode()
        assert f"{address}{theirs.pk}/change/" in page, typed
        assert str(other.pk) not in page
    assert str(theirs.pk) not in owner.get(address, {"q": "9QQ9-Q9QQ"}).content.decode()
    assert str(other.pk) in owner.get(address).content.decode()
