"""ClickPost: its credentials, and its webhooks about parcels. Development is its test account."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.clickpost.answers import WRONG_KEY
from apps.clickpost.cards import card_of, press
from apps.clickpost.codes import seed_codes
from apps.clickpost.reading import SCANNED, latest_of, number_of, read_news, scans_of
from apps.clickpost.services import adopt_waybill, apply_news
from apps.common.actor import Actor
from apps.inbox.errors import MalformedMessage
from apps.integrations.documents import ClickPostDevOrder, ClickPostOrder, OrderDocument
from apps.integrations.errors import SystemUnavailable
from apps.integrations.http import send
from apps.integrations.installed import outside_system
from apps.integrations.kinds import Finding, KeyField, Kind
from apps.integrations.reading import field_of, moment_in_india, objects_of
from apps.integrations.values import Delivery, Environment, Incoming, OrderCard, OrderFacts, Payload
from apps.orders.models import Order

ORDERS, TRACKING = "orders", "tracking"


@outside_system
class ClickPost(Kind):
    code = "clickpost"
    label = "ClickPost"
    description = _("Shipments through many carriers, and their tracking.")
    webhook_hint = _(
        "At ClickPost's dashboard under webhooks: choose basic token authentication and enter the secret as the text."
    )
    topics = (ORDERS, TRACKING)
    documents: ClassVar[Mapping[Environment, type[OrderDocument]]] = {
        Environment.PRODUCTION: ClickPostOrder,
        Environment.DEVELOPMENT: ClickPostDevOrder,
    }
    fields = (
        KeyField(
            "username", _("User name"), _("ClickPost names it with the key."), is_secret=False
        ),
        KeyField("key", _("API key"), _("From your account manager at ClickPost.")),
    )

    def is_token(self, name: str) -> bool:
        return True

    def test_connection(self, config: Mapping[str, Any], environment: Environment) -> list[Finding]:
        """Asks for a parcel that does not exist."""
        query = {
            "username": config["username"],
            "key": config["key"],
            "waybill": "0",
            "cp_id": "4",
        }
        try:
            answer = send("GET", f"{api_url(environment)}/api/v2/track-order/", query=query)
        except SystemUnavailable:
            sentence = gettext("ClickPost does not answer from here. Try again later.")
            return [Finding(False, sentence)]
        status = answer.get("meta", "status")
        if answer.status in (401, 403) or status in WRONG_KEY:
            sentence = gettext(
                "ClickPost refuses user name and key. Copy both again, and check that they are of this environment."
            )
            return [Finding(False, sentence)]
        if status is None:
            sentence = gettext("ClickPost answered with status %(status)s and no reason.")
            return [Finding(False, sentence % {"status": answer.status})]
        return [Finding(True, gettext("ClickPost takes user name and key."))]

    def identify(self, topic: str, payload: Payload) -> Incoming:
        parcels = objects_of(payload)
        return Incoming(subject=number_of(parcels[0]) if parcels else "")

    def read_orders(self, topic: str, payload: Payload) -> Sequence[OrderFacts]:
        return [_facts_of(parcel) for parcel in objects_of(payload)]

    def begin(self) -> None:
        """What the codes mean, for staff to change."""
        seed_codes()

    def apply(self, delivery: Delivery) -> str:
        """Tracking moves parcels. Messages about created orders are kept in the documents alone: we made them."""
        if delivery.topic != TRACKING:
            return ""
        moved, unknown = 0, 0
        for parcel in objects_of(delivery.payload):
            news = read_news(parcel)
            if news.is_reverse or not news.waybill:
                continue
            found = apply_news(news) or adopt_waybill(news)
            moved, unknown = moved + found, unknown + (not found)
        if unknown:
            return gettext("No parcel here has this waybill yet.")
        return gettext("%(count)s parcels followed.") % {"count": moved} if moved else ""

    def facts_of_order(self, order: Order) -> OrderCard | None:
        return card_of(order)

    def press(self, order: Order, verb: str, key: str, actor: Actor) -> str:
        return press(order, verb, key, actor)


def api_url(environment: Environment) -> str:
    """Development has a server of its own."""
    is_live = environment == Environment.PRODUCTION
    return settings.CLICKPOST_API_URL if is_live else settings.CLICKPOST_TEST_API_URL


def _facts_of(parcel: dict[str, Any]) -> OrderFacts:
    latest = latest_of(parcel)
    number, waybill = number_of(parcel), field_of(parcel, "waybill")
    if not (number or waybill):
        raise MalformedMessage(gettext("The message names neither a reference nor a waybill."))
    return OrderFacts(
        ref=number or f"waybill {waybill}",
        number=number,
        waybill=waybill,
        status=field_of(latest, "clickpost_status_description"),
        status_code=field_of(latest, "clickpost_status_code", limit=40),
        changed_at=moment_in_india(latest.get("timestamp"), name="timestamp"),
        payload=parcel,
        scans=[{name: scan[name] for name in SCANNED if name in scan} for scan in scans_of(parcel)],
    )
