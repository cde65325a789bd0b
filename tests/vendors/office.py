"""The vendors' office in a demonstration: what they have, on one page, with buttons that move it along."""

import itertools
import pickle
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any, Final

from tests.vendors.base import Hook, Vendor
from tests.vendors.clickpost import ClickPostVendor, Parcel
from tests.vendors.easyecom import EasyEcomVendor

_KEPT: Final = {
    EasyEcomVendor: ("invoices", "queued", "tokens", "created", "products", "stock", "hooks", "shift"),
    ClickPostVendor: ("parcels", "hooks", "moments", "last_number", "shift"),
}  # fmt: skip
_MOST_ROWS: Final = 60
# ClickPost's scans begin two hours ago and are a minute apart: the next one is of now.
_UNTIL_NOW: Final = timedelta(hours=2) - timedelta(minutes=1)


class Office:
    """Both vendors. `state` is the file that keeps what they have; without one it ends with the process. What they have to say
    is sent as it happens, or waits until it is fetched."""

    def __init__(self, state: Path | None = None, *, sends_at_once: bool = True) -> None:
        self.easyecom = EasyEcomVendor(sends_at_once=sends_at_once)
        self.clickpost = ClickPostVendor(sends_at_once=sends_at_once)
        self.vendors: tuple[Vendor, ...] = (self.easyecom, self.clickpost)
        self.state = state
        self.address = ""  # of its page
        self._written = b""
        if state is not None and state.exists():
            self._remember(state.read_bytes())

    # What connects a store

    def accounts(self) -> dict[str, Any]:
        """What a store enters in its settings, and where each vendor answers."""
        return {
            "easyecom": {"url": self.easyecom.url, "values": self.easyecom.account},
            "clickpost": {"url": self.clickpost.url, "values": self.clickpost.keys},
        }

    def set_hooks(self, hooks: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """`{"easyecom": {"orders": {"url": ..., "headers": {...}}}}`: where webhooks are sent."""
        for code, vendor in (("easyecom", self.easyecom), ("clickpost", self.clickpost)):
            vendor.hooks = {topic: Hook(**hook) for topic, hook in hooks.get(code, {}).items()}

    def set_goods(self, goods: Mapping[str, Mapping[str, Any]]) -> None:
        """`{"TEA-1": {"name": "Assam", "count": 12}}`: products and stock, without a webhook."""
        for sku, each in goods.items():
            self.easyecom.products[sku] = each["name"]
            self.easyecom.stock.setdefault(("lk1", sku), each["count"])

    # What a test asks

    def books(self, _asked: Any) -> dict[str, Any]:
        """What they have. `created`: the numbers of EasyEcom's orders, each as often as it was made."""
        parcels = self.clickpost.parcels.values()
        return {
            "created": self.easyecom.created,
            "invoices": list(self.easyecom.invoices.values()),
            "parcels": [
                {
                    name: getattr(each, name)
                    for name in ("reference", "waybill", "is_cancelled", "scans")
                }
                for each in parcels
            ],
        }

    def take_webhooks(self, _asked: Any) -> list[list[Any]]:
        """What waits to be sent, as vendor, topic and body. It is the asker's from now on."""
        found = []
        for code, vendor in (("easyecom", self.easyecom), ("clickpost", self.clickpost)):
            with vendor.lock:
                found += [[code, each.topic, each.body] for each in vendor.waiting]
                vendor.waiting = []
        return found

    def move_clock(self, seconds: float) -> None:
        for vendor in self.vendors:
            with vendor.lock:
                vendor.shift += timedelta(seconds=seconds)

    # What people press

    def press(self, vendor: str = "", key: str = "", verb: str = "") -> None:
        """Unknown buttons and keys do nothing: the page was older than the state."""
        if vendor == "easyecom" and verb in _IN_THE_WAREHOUSE:
            invoice = self.easyecom.invoices.get(int(key)) if key.isdecimal() else None
            if invoice is not None:
                _IN_THE_WAREHOUSE[verb][1](self, invoice)
        elif vendor == "clickpost" and verb in _ON_THE_WAY and key in self.clickpost.parcels:
            self.clickpost.moments = _UNTIL_NOW
            self.clickpost.shift += timedelta(seconds=1)  # each scan has a second of its own
            _ON_THE_WAY[verb][1](self.clickpost, key)

    def page(self) -> str:
        orders = [self._order_row(key, each) for key, each in self._newest(self.easyecom.invoices)]
        parcels = [
            self._parcel_row(key, each) for key, each in self._newest(self.clickpost.parcels)
        ]
        return _PAGE.format(
            orders="".join(orders) or _EMPTY.format("No order came yet: place one in the shop."),
            parcels="".join(parcels) or _EMPTY.format("No parcel was booked yet."),
        )

    @staticmethod
    def _newest(rows: Mapping[Any, Any]) -> Iterable[tuple[Any, Any]]:
        return itertools.islice(reversed(list(rows.items())), _MOST_ROWS)

    def _order_row(self, key: int, invoice: Mapping[str, Any]) -> str:
        goods = ", ".join(
            f"{each['item_quantity']} × {each['sku']}" for each in invoice["suborders"]
        )
        facts = [
            invoice["reference_code"],
            invoice["order_status"],
            goods,
            invoice.get("awb_number"),
        ]
        return _row("easyecom", str(key), facts, _IN_THE_WAREHOUSE)

    def _parcel_row(self, key: str, parcel: Parcel) -> str:
        carrier = self.clickpost.carriers.get(parcel.cp_id, {}).get("name", "")
        said = parcel.latest.get("clickpost_status_description", "Booked")
        acts = ", ".join(str(each.get("act", "")) for each in parcel.acts)
        facts = [
            key,
            "Cancelled" if parcel.is_cancelled else said,
            f"{carrier} {parcel.waybill}",
            acts,
        ]
        return _row("clickpost", key, facts, {} if parcel.is_cancelled else _ON_THE_WAY)

    # Kept between two runs

    def close(self) -> None:
        """They answer nothing more, and what they have done is kept."""
        for vendor in self.vendors:
            vendor.stop()
        self.keep()

    def keep(self) -> None:
        """Write what changed, in a file of its owner alone."""
        if self.state is None:
            return
        found: dict[str, dict[str, Any]] = {}
        for vendor in self.vendors:
            with vendor.lock:
                kept = {name: getattr(vendor, name) for name in _KEPT[type(vendor)]}
                found[type(vendor).__name__] = pickle.loads(pickle.dumps(kept))
        content = pickle.dumps(found)
        if content != self._written:
            fresh = self.state.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_bytes(content)
            fresh.replace(self.state)
            self._written = content

    def _remember(self, content: bytes) -> None:
        found = pickle.loads(content)
        for vendor in self.vendors:
            for name, value in found.get(type(vendor).__name__, {}).items():
                setattr(vendor, name, value)
        used = [*self.easyecom.invoices, 900_000]
        used += [
            int(line["suborder_id"])
            for each in self.easyecom.invoices.values()
            for line in each["suborders"]
        ]
        self.easyecom.ids = itertools.count(max(used) + 1)


def _ship(office: Office, invoice: dict[str, Any]) -> None:
    """With the waybill on the label that the shop has booked, if it has."""
    booked = office.clickpost.parcels.get(invoice["reference_code"])
    own = invoice["awb_number"] if invoice["awb_number"] != "NA" else ""
    awb = booked.waybill if booked is not None and not booked.is_cancelled else own
    office.easyecom.ship(invoice, awb or str(random.randrange(10**9, 10**10)))


_IN_THE_WAREHOUSE: Final[dict[str, tuple[str, Callable[[Office, dict[str, Any]], None]]]] = {
    "ship": ("Ship", _ship),
    "out": ("Out for delivery", lambda office, invoice: office.easyecom.follow(invoice, "out")),
    "deliver": ("Deliver", lambda office, invoice: office.easyecom.follow(invoice, "delivered")),
    "cancel": ("Cancel", lambda office, invoice: office.easyecom.cancel(invoice)),
}
_ON_THE_WAY: Final[dict[str, tuple[str, Callable[[ClickPostVendor, str], Any]]]] = {
    "pick_up": ("Pick up", lambda vendor, key: vendor.pick_up(key)),
    "travel": ("In transit", lambda vendor, key: vendor.travel(key)),
    "go_out": ("Out for delivery", lambda vendor, key: vendor.go_out(key)),
    "fail": ("Fail (NDR)", lambda vendor, key: vendor.fail(key)),
    "deliver": ("Deliver", lambda vendor, key: vendor.deliver_parcel(key)),
    "turn_back": ("Return (RTO)", lambda vendor, key: vendor.turn_back(key)),
    "bring_back": ("Back at the shop", lambda vendor, key: vendor.bring_back(key)),
}


def _row(vendor: str, key: str, facts: list[Any], verbs: Mapping[str, tuple[str, Any]]) -> str:
    said = "".join(
        f"<span>{escape(str(each))}</span>" for each in facts if each not in ("", None, "NA")
    )
    buttons = "".join(
        f'<button name="verb" value="{verb}">{escape(label)}</button>'
        for verb, (label, _call) in verbs.items()
    )
    hidden = f'<input type="hidden" name="vendor" value="{vendor}"><input type="hidden" name="key" value="{escape(key)}">'
    return f'<li><p>{said}</p><form method="post" action="/press">{hidden}{buttons}</form></li>'


_EMPTY: Final = '<li class="empty">{}</li>'
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>EasyEcom and ClickPost</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1.5rem; color: #1f2430; background: #f7f7f5 }}
h1 {{ font-size: 1.5rem; margin: 0 }} h2 {{ font-size: 1.1rem; margin: 2rem 0 .5rem }} .soft {{ color: #5b6270 }}
ul {{ list-style: none; margin: 0; padding: 0; background: #fff; border: 1px solid #e2e2dc; border-radius: .6rem }}
li {{ padding: .8rem 1rem; border-top: 1px solid #ececE6 }} li:first-child {{ border-top: 0 }} li p {{ margin: 0 0 .5rem }}
li span {{ margin-right: 1rem }} li span:first-child {{ font-weight: 600 }} .empty {{ color: #5b6270 }}
form {{ display: flex; flex-wrap: wrap; gap: .4rem }}
button {{ font: inherit; font-size: .9rem; padding: .35rem .8rem; border: 1px solid #c9c9c2; border-radius: .4rem; background: #fff; cursor: pointer }}
button:hover, button:focus-visible {{ background: #1f2430; color: #fff }}
</style></head><body>
<h1>EasyEcom and ClickPost</h1>
<p class="soft">Two vendors for the demonstration. The shop sends them orders and parcels; each button here is what a warehouse or a
carrier does, and the shop hears of it by a webhook.</p>
<h2>EasyEcom: orders</h2><ul>{orders}</ul>
<h2>ClickPost: parcels</h2><ul>{parcels}</ul>
</body></html>"""
