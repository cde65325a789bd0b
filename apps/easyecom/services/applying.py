"""A message of EasyEcom as what it changes here."""

from collections.abc import Sequence

from django.utils.translation import gettext

from apps.common.errors import DomainError
from apps.easyecom.client import Client
from apps.easyecom.options import read_options
from apps.easyecom.reading import number_of, read_levels
from apps.easyecom.selectors import invoices_of
from apps.easyecom.services.fetching import receive_orders
from apps.easyecom.services.parcels import apply_invoice
from apps.easyecom.services.stocking import apply_levels
from apps.events.errors import GiveUp
from apps.inbox.errors import MalformedMessage
from apps.inbox.tasks import start_handling
from apps.integrations.reading import object_of, objects_of, reading
from apps.integrations.selectors import get_config
from apps.integrations.values import Delivery, OrderFacts
from apps.orders.models import Order


def apply_orders(facts: Sequence[OrderFacts]) -> str:
    """Each invoice by itself: one that can't be applied holds none of the others. Then the error is raised; one that a later
    try can help goes before one that it can't."""
    said, errors = [], list[Exception]()
    for ref in dict.fromkeys(each.ref for each in facts):
        try:
            said.append(apply_invoice(ref=ref))
        except (GiveUp, DomainError) as error:
            errors.append(error)
    if errors:
        lasting = (GiveUp, MalformedMessage)
        raise next((each for each in errors if not isinstance(each, lasting)), errors[0])
    return " ".join(dict.fromkeys(filter(None, said)))


def apply_inventory(delivery: Delivery) -> str:
    """Each level by itself; then the first that can't be read is raised. Raises `NotConnected` without credentials: then it is
    not known whose levels count."""
    with reading():
        rows = objects_of(object_of(delivery.payload).get("inventoryData"), name="inventoryData")
    levels, faults = read_levels(rows)
    options = read_options(get_config("easyecom"))
    said = apply_levels(levels, options=options, heard_at=delivery.received_at).words
    if faults:
        raise faults[0]
    return said


def apply_tracking(delivery: Delivery) -> str:
    """It has no time and no invoice, so it is a hint: EasyEcom is asked about the order. Raises what the call raises."""
    with reading():
        numbers = dict.fromkeys(filter(None, map(number_of, objects_of(delivery.payload))))
    client, count = Client(), 0
    for number in numbers:
        order = Order.objects.filter(number=number).first()
        if order is None and not invoices_of(number):
            words = gettext("EasyEcom tracks order %(number)s, which is not here.")
            raise GiveUp(words % {"number": number})
        if order is not None:
            messages = receive_orders(client.find_orders(number, since=order.placed_at))
            count += len(messages)
            for message in messages:
                start_handling(message)
    return gettext("EasyEcom was asked: %(count)s invoices.") % {"count": count}
