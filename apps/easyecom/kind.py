"""EasyEcom: its credentials and settings, and its webhooks about orders, stock and tracking."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.errors import InvalidInput
from apps.easyecom import services as easyecom
from apps.easyecom.cards import card_of, press
from apps.easyecom.options import FIELDS, OPTIONAL, is_number, read_options
from apps.easyecom.reading import facts_of, orders_of
from apps.easyecom.selectors import describe_awaited
from apps.easyecom.tokens import log_in
from apps.integrations.documents import EasyEcomOrder, OrderDocument
from apps.integrations.errors import SystemUnavailable
from apps.integrations.installed import outside_system
from apps.integrations.kinds import Finding, Kind
from apps.integrations.reading import field_of, object_of, objects_of
from apps.integrations.values import (
    Delivery,
    Environment,
    Incoming,
    OrderCard,
    OrderFacts,
    Payload,
)
from apps.orders.models import Order

ORDERS, INVENTORY, TRACKING = "orders", "inventory", "tracking"


@outside_system
class EasyEcom(Kind):
    code = "easyecom"
    label = "EasyEcom"
    description = _("Orders, stock and tracking of a warehouse system.")
    webhook_hint = _(
        "In EasyEcom under Settings, Webhook configuration: one address for each trigger, and the secret as the token, with any type of authentication."
    )
    topics = (ORDERS, INVENTORY, TRACKING)
    documents: ClassVar[Mapping[Environment, type[OrderDocument]]] = {
        Environment.PRODUCTION: EasyEcomOrder
    }
    fields = FIELDS
    optional = OPTIONAL

    def is_token(self, name: str) -> bool:
        return name in ("api_key", "location_key")

    def clean(self, values: Mapping[str, str]) -> dict[str, str]:
        cleaned = super().clean(values)
        wrong = {
            name: [gettext("Enter a whole number, in digits only.")]
            for name, value in cleaned.items()
            if is_number(name) and value and not (value.isascii() and value.isdecimal())
        }
        if wrong:
            raise InvalidInput(gettext("These values can't be used."), fields=wrong)
        return cleaned

    def test_connection(self, config: Mapping[str, Any], environment: Environment) -> list[Finding]:
        try:
            answer = log_in(read_options(config))
        except SystemUnavailable:
            return [Finding(False, gettext("EasyEcom does not answer from here. Try again later."))]
        if answer.get("data", "token", "jwt_token"):
            return [Finding(True, gettext("EasyEcom takes the login and the location key."))]
        if answer.status == 401:
            sentence = gettext("EasyEcom refuses the API key. Copy it again, without blanks.")
            return [Finding(False, sentence)]
        reason = str(answer.get("message") or answer.status)[:200]
        sentence = gettext(
            "EasyEcom refuses the login: %(reason)s. Check e-mail, password and location key."
        )
        return [Finding(False, sentence % {"reason": reason})]

    def identify(self, topic: str, payload: Payload) -> Incoming:
        if topic == ORDERS:
            orders = orders_of(payload)
            return Incoming(subject=field_of(orders[0], "reference_code") if orders else "")
        if topic == INVENTORY:
            objects_of(object_of(payload).get("inventoryData"), name="inventoryData")
            return Incoming(always_new=True)  # a level without a time: the same one comes again
        tracked = objects_of(payload)
        return Incoming(subject=field_of(tracked[0], "reference_code") if tracked else "")

    def read_orders(self, topic: str, payload: Payload) -> Sequence[OrderFacts]:
        if topic != ORDERS:
            return []
        return [facts_of(order) for order in orders_of(payload)]

    def apply(self, delivery: Delivery) -> str:
        if delivery.topic == ORDERS:
            return easyecom.apply_orders(delivery.newest)
        if delivery.topic == INVENTORY:
            return easyecom.apply_inventory(delivery)
        return easyecom.apply_tracking(delivery)

    def awaits(self, order: Order) -> str:
        return describe_awaited(order)

    def facts_of_order(self, order: Order) -> OrderCard | None:
        return card_of(order)

    def press(self, order: Order, verb: str, key: str, actor: Actor) -> str:
        return press(order, verb)
