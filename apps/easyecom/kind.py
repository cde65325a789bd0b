"""EasyEcom: its credentials, and its webhooks about orders, stock and tracking."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.easyecom.cards import card_of
from apps.easyecom.reading import number_of
from apps.integrations.documents import EasyEcomOrder, OrderDocument
from apps.integrations.errors import SystemUnavailable
from apps.integrations.http import send
from apps.integrations.installed import outside_system
from apps.integrations.kinds import Finding, KeyField, Kind
from apps.integrations.reading import moment_in_india, object_of, objects_of, text_of
from apps.integrations.values import Environment, Incoming, OrderCard, OrderFacts, Payload
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
    fields = (
        KeyField("email", _("E-mail"), _("Of the EasyEcom user for the API."), is_secret=False),
        KeyField("password", _("Password"), _("Of the same user.")),
        KeyField("api_key", _("API key"), _("EasyEcom calls it x-api-key.")),
        KeyField(
            "location_key",
            _("Location key"),
            _("Of the warehouse: Settings, Account, location key."),
            is_secret=False,
        ),
    )

    def is_token(self, name: str) -> bool:
        return name in ("api_key", "location_key")

    def test_connection(self, config: Mapping[str, Any], environment: Environment) -> list[Finding]:
        try:
            answer = send(
                "POST",
                f"{settings.EASYECOM_API_URL}/access/token",
                headers={"x-api-key": config["api_key"]},
                body={name: config[name] for name in ("email", "password", "location_key")},
            )
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
            orders = _orders_of(payload)
            return Incoming(subject=text_of(orders[0].get("reference_code")) if orders else "")
        if topic == INVENTORY:
            objects_of(object_of(payload).get("inventoryData"))
            return Incoming(always_new=True)  # a level without a time: the same one comes again
        tracked = objects_of(payload)
        return Incoming(subject=text_of(tracked[0].get("reference_code")) if tracked else "")

    def read_orders(self, topic: str, payload: Payload) -> Sequence[OrderFacts]:
        if topic != ORDERS:
            return []
        return [_facts_of(order) for order in _orders_of(payload)]

    def facts_of_order(self, order: Order) -> OrderCard | None:
        return card_of(order)


def _orders_of(payload: Payload) -> list[dict[str, Any]]:
    """V1 has `orders`, V2 the shape of getOrderDetails: `data`, or the orders themselves."""
    if isinstance(payload, dict):
        for name in ("orders", "data"):
            if name in payload:
                return objects_of(payload[name])
    return objects_of(payload)


def _facts_of(order: dict[str, Any]) -> OrderFacts:
    """The invoice is the row: one order may be split in several."""
    ref = text_of(order.get("invoice_id")) or text_of(order["order_id"])
    return OrderFacts(
        ref=ref,
        number=number_of(order),
        waybill=text_of(order.get("awb_number")),
        status=text_of(order.get("order_status")),
        status_code=text_of(order.get("order_status_id"), limit=40),
        changed_at=moment_in_india(order.get("last_update_date")),
        payload=order,
    )
