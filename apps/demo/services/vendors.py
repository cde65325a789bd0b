"""Connects the Indian demo shop to the vendors of the demonstration: EasyEcom takes its orders, ClickPost books its parcels.

The vendors are `python -m tests.vendors`, in processes of their own. Repeatable: a repeated call gives them new secrets for their
webhooks, and the earlier ones end.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import orjson

from apps.clickpost.selectors import get_settings
from apps.clickpost.services import begin_automatic
from apps.clickpost.states import Booker
from apps.common.json_http import NoUsableAnswer, make_pool, send_json
from apps.common.typed_text import Raw, cleans_text
from apps.demo.shops import SHOPS, Shop
from apps.easyecom.models import Location
from apps.fulfilment.models import DeliverySettings
from apps.fulfilment.states import AnswersRule
from apps.integrations import services as integrations
from apps.integrations.installed import get_kind, webhook_path
from apps.integrations.selectors import find_integration
from apps.integrations.values import Environment
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.platform.auditing import as_one_note
from apps.platform.models import Store
from apps.platform.selectors import platform_url
from apps.tenancy.context import use_store
from apps.tenancy.single_rows import single_row

_KINDS: Final = ("easyecom", "clickpost")
_SECONDS: Final = 5.0
_ADDRESS: Final = {
    "line1": "Plot 4, Industrial Area",
    "city": "Bengaluru",
    "postal_code": "560100",
    "phone": "+91 90000 00010",
}
_pool = make_pool(retries=False)


class VendorsSilent(Exception):
    """The office of the vendors does not answer."""


@cleans_text
def connect_vendors(
    *, office: Annotated[str, Raw(why="an address of the settings")]
) -> Store | None:
    """Connect the shop. `office` is the address of the vendors' page. None where the demo has no shop in India.

    Raises `VendorsSilent`.
    """
    shop = next(shop for shop in SHOPS if shop.country == "IN")
    store = Store.objects.filter(slug=shop.slug).first()
    if store is None:
        return None
    accounts = _send("GET", f"{office}/accounts")
    with use_store(store), as_one_note("demo.connected", f"The demo of {shop.name}"):
        hooks = {kind: _connect(kind, accounts[kind]["values"]) for kind in _KINDS}
        _send("POST", f"{office}/hooks", hooks)
        _send("POST", f"{office}/goods", _goods())
        _choose(shop)
    return store


def _connect(kind: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Where its webhooks go, by topic, with the secret."""
    found = find_integration(kind) or integrations.add_integration(kind=kind)
    integrations.save_config(integration=found, values=_complete(kind, values))
    secret = integrations.make_secret(integration=found)
    integrations.end_old_secrets(integration=found)
    return {
        topic: {
            "url": platform_url(webhook_path(kind, Environment.PRODUCTION, topic)),
            "headers": {"Access-Token": secret},
        }
        for topic in get_kind(kind).topics
    }


def _complete(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """What the owner would choose; the first of the choices where nothing is given."""
    first = {each.name: each.choices[0][0] for each in get_kind(kind).fields if each.choices}
    return {**first, **values}


def _goods() -> dict[str, dict[str, Any]]:
    """What lies in the shop's warehouse, for EasyEcom to have the same."""
    items = StockItem.objects.filter(warehouse=get_default_warehouse())
    return {item.sku: {"name": item.sku, "count": item.on_hand} for item in items}


def _choose(shop: Shop) -> None:
    """What buyers answer to a failed attempt is done at once. Parcels are booked as soon as an order is paid, from warehouses whose addresses carriers can find, and EasyEcom's location is
    that warehouse."""
    settings = get_settings()
    before = {"booker": settings.booker}
    settings.booker = Booker.ITSELF
    begin_automatic(settings, before)
    settings.save()
    delivery = single_row(DeliverySettings)
    delivery.buyers_answers = AnswersRule.APPLY
    delivery.save()
    main = get_default_warehouse()
    for warehouse in Warehouse.objects.filter(is_active=True):
        for name, value in {**_ADDRESS, "region": shop.state}.items():
            setattr(warehouse, name, getattr(warehouse, name) or value)
        warehouse.save()
    if not Location.objects.exists():
        Location.objects.create(key="lk1", name=main.name, warehouse=main)


def _send(method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
    try:
        answer = send_json(
            _pool,
            method,
            url,
            headers={"Content-Type": "application/json"},
            body=orjson.dumps(body) if body is not None else None,
            seconds=_SECONDS,
            busy=(),
        )
    except NoUsableAnswer:
        raise VendorsSilent from None
    return answer.content
