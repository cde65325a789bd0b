"""EasyEcom as a server that keeps what it has: a login, orders with their invoices, stock, products, locations.

Its shapes are those recorded in public code: an HTTP 200 over a body with a `code`, numbers as texts, "NA", zero dates, Indian
times. It knows no idempotency key and makes a second order of the same number if asked to: that is what tests count. What
happens in the warehouse is a method (`ship`, `deliver`, `cancel`, ...), which changes the invoice and sends its webhook.
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.vendors.base import Call, Reply, Vendor, serving

ACCOUNT = {
    "email": "api@shop.example",
    "password": "pw-1",
    "api_key": "ak-1",
    "location_key": "lk1",
}
# A status of the parcel and its number.
STATUSES = {
    "manifested": ("Manifested", 19),
    "shipped": ("In Transit", 2),
    "out": ("Out For Delivery", 20),
    "delivered": ("Delivered", 3),
    "ndr": ("NDR", 16),
    "rto": ("RTO Initiated", 17),
    "back": ("RTO Delivered", 9),
}
NONE = "0000-00-00 00:00:00"


@dataclass
class EasyEcomVendor(Vendor):
    """`queues`: so many of the next orders are queued until `work_queue`. `page` is the length of its pages. `per_second`: more
    calls in a second are answered 429. `is_exact`: a search by number does not find what was made again under another reference."""

    account: dict[str, str] = field(default_factory=lambda: dict(ACCOUNT))
    tokens: list[str] = field(default_factory=list)
    life: int = 7_884_000
    logins: int = 0
    queues: int = 0
    page: int = 250
    per_second: int = 0
    is_exact: bool = False
    invoices: dict[int, dict[str, Any]] = field(default_factory=dict)
    queued: list[Mapping[str, Any]] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    products: dict[str, str] = field(default_factory=dict)
    locations: dict[str, tuple[int, str]] = field(default_factory=lambda: {"lk1": (501, "Pune")})
    stock: dict[tuple[str, str], int] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(900_001))
    moments: list[int] = field(default_factory=list)

    # The API

    def answer(self, call: Call) -> Reply:
        if self.per_second and self._is_too_fast():
            return Reply({"message": "Too Many Requests"}, 429)
        if call.headers.get("x-api-key") != self.account["api_key"]:
            return Reply({"code": 401, "message": "Invalid Api token"}, 401)
        if call.path == "/access/token":
            return self._log_in(call)
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer not in self.tokens[-1:]:
            return Reply({"code": 401, "message": "Invalid Api token"}, 401)
        work = {
            ("POST", "/webhook/v2/createOrder"): self._create,
            ("POST", "/orders/cancelOrder"): self._cancel,
            ("GET", "/orders/V2/getOrderDetails"): self._details,
            ("GET", "/orders/V2/getAllOrders"): self._list,
            ("GET", "/getInventoryDetailsV3"): self._levels,
            ("GET", "/Products/GetProductMaster"): self._products,
            ("GET", "/getAllLocation"): self._locations,
        }.get((call.method, call.path))
        return work(call) if work is not None else Reply({"message": "No such page"}, 404)

    def _is_too_fast(self) -> bool:
        second = int(self.now().timestamp())
        self.moments.append(second)
        return self.moments.count(second) > self.per_second

    def _log_in(self, call: Call) -> Reply:
        names = ("email", "password", "location_key")
        if any((call.body or {}).get(name) != self.account[name] for name in names):
            return Reply({"code": 400, "message": "Invalid credentials", "data": None})
        self.logins += 1
        self.tokens.append(f"jwt-{self.logins}")
        token = {"jwt_token": self.tokens[-1], "token_type": "bearer", "expires_in": self.life}
        return Reply({"message": None, "data": {"companyName": "Demo Store", "token": token}})

    def end_token(self) -> None:
        """The token is good no more."""
        self.tokens.append("ended")

    def _create(self, call: Call) -> Reply:
        body = call.body
        if body.get("orderType") not in ("retailorder", "businessorder", "stocktransferorder"):
            return _no("Invalid order type")
        unknown = [item["Sku"] for item in body["items"] if item["Sku"] not in self.products]
        if unknown:
            return _no(f"Product with SKU {unknown[0]} was not found in the product master")
        if self.queues:
            self.queues -= 1
            self.queued.append(body)
            return _yes({"queueId": f"q{len(self.queued)}"})
        invoice = self._make(body)
        return _yes(
            {
                "OrderID": str(invoice["order_id"]),
                "SuborderID": str(invoice["suborders"][0]["suborder_id"]),
                "InvoiceID": str(invoice["invoice_id"]),
            }
        )

    def _make(self, body: Mapping[str, Any]) -> dict[str, Any]:
        order, invoice_id, key = next(self.ids), next(self.ids), self.account["location_key"]
        self.created.append(body["orderNumber"])
        items = [self._suborder(item) for item in body["items"]]
        for item in items:
            self.stock[key, item["sku"]] = (
                self.stock.get((key, item["sku"]), 0) - item["item_quantity"]
            )
        invoice = {
            "invoice_id": invoice_id,
            "order_id": order,
            "reference_code": body["orderNumber"],
            "location_key": key,
            "warehouseId": self.locations[key][0],
            "order_type_key": body["orderType"],
            "marketplace_id": body["marketplaceId"],
            "order_date": body["orderDate"],
            "last_update_date": "",
            "invoice_date": NONE,
            "order_status": "Open",
            "order_status_id": "2",
            "shipping_status": None,
            "shipping_status_id": None,
            "courier": "NA",
            "awb_number": "NA",
            "payment_mode": body["paymentMode"],
            "collectable_amount": 0,
            "Package Weight": str(body["packageWeight"]),
            "suborders": items,
        }
        self.invoices[invoice_id] = invoice
        self._touch(invoice)
        return invoice

    def _suborder(self, item: Mapping[str, Any]) -> dict[str, Any]:
        count = int(item["Quantity"])
        return {
            "suborder_id": next(self.ids),
            "suborder_num": item["OrderItemId"],
            "item_status": "Assigned",
            "suborder_quantity": str(count),
            "item_quantity": count,
            "cancelled_quantity": "0",
            "returned_quantity": 0,
            "shipped_quantity": 0,
            "sku": item["Sku"],
            "marketplace_sku": item["Sku"],
            "productName": item["productName"],
            "selling_price": item["Price"] - item["itemDiscount"],
        }

    def _cancel(self, call: Call) -> Reply:
        invoice = self.invoices.get(int(call.body.get("invoice_id") or 0))
        if invoice is None:
            return _no("No such order")
        if invoice["order_status"] in ("Shipped", "Delivered", "Returned"):
            return _no("Order can not be cancelled after it is shipped")
        self.cancel(invoice)
        return _yes({})

    def _details(self, call: Call) -> Reply:
        wanted = call.query.get("reference_code"), call.query.get("invoice_id")
        found = [
            each
            for each in self.invoices.values()
            if each["reference_code"].partition(" " if self.is_exact else "_")[0] == wanted[0]
            or str(each["invoice_id"]) == wanted[1]
        ]
        return _yes(found) if found else _no("No order found", 404)

    def _list(self, call: Call) -> Reply:
        if "cursor" in call.query:
            begin, end, first = call.query["cursor"].split("|")
        else:
            begin, end, first = call.query["start_date"], call.query["end_date"], "0"
            if end < begin or int(call.query["limit"]) > 250:
                return _no("Invalid window")
        found = [
            each for each in self.invoices.values() if begin <= each["last_update_date"] <= end
        ]
        start = int(first)
        more = f"/orders/V2/getAllOrders?cursor={begin.replace(' ', '%20')}|{end.replace(' ', '%20')}|{start + self.page}"
        return _yes(
            {
                "orders": found[start : start + self.page],
                "nextUrl": more if start + self.page < len(found) else None,
            }
        )

    def _levels(self, call: Call) -> Reply:
        rows = [self._level(key, sku) for key, sku in sorted(self.stock)]
        start = int(call.query.get("cursor", "0"))
        more = f"/getInventoryDetailsV3?cursor={start + self.page}&includeLocations=1"
        following = more if start + self.page < len(rows) else None
        return _yes({"inventoryData": rows[start : start + self.page], "nextUrl": following})

    def _level(self, key: str, sku: str) -> dict[str, Any]:
        return {
            "sku": sku,
            "location_key": key,
            "warehouse_id": self.locations.get(key, (0, ""))[0],
            "companyName": self.locations.get(key, (0, "NA"))[1],
            "productName": self.products.get(sku, "NA"),
            "inventory": str(self.stock[key, sku]),
            "sku_status": "ACTIVE",
        }

    def _products(self, call: Call) -> Reply:
        names = sorted(self.products.items())
        start = int(call.query.get("cursor", "0"))
        rows = [
            {"sku": sku, "product_name": name} for sku, name in names[start : start + self.page]
        ]
        more = f"/Products/GetProductMaster?cursor={start + self.page}"
        return Reply(
            {"code": 200, "data": rows, "nextUrl": more if start + self.page < len(names) else None}
        )

    def _locations(self, call: Call) -> Reply:
        return _yes(
            [
                {"location_key": key, "company_id": number, "location_name": name}
                for key, (number, name) in self.locations.items()
            ]
        )

    # What happens in the warehouse

    def orders_of(self, number: str) -> list[dict[str, Any]]:
        with self.lock:
            found = self.invoices.values()
            return [each for each in found if each["reference_code"].partition("_")[0] == number]

    def work_queue(self) -> None:
        with self.lock:
            due, self.queued = self.queued, []
            for body in due:
                self._make(body)

    def manifest(self, invoice: dict[str, Any], awb: str, courier: str = "Delhivery") -> None:
        """It is packed and has a waybill."""
        invoice |= {
            "awb_number": awb,
            "courier": courier,
            "invoice_number": f"INV{invoice['invoice_id']}",
        }
        invoice["invoice_date"] = self.stamp()
        self._go(invoice, "Manifested", "manifested")

    def ship(self, invoice: dict[str, Any], awb: str = "") -> None:
        if awb:
            invoice |= {"awb_number": awb, "courier": "Delhivery"}
        for item in invoice["suborders"]:
            item["shipped_quantity"] = str(item["item_quantity"] - int(item["cancelled_quantity"]))
        self._go(invoice, "Shipped", "shipped")

    def follow(self, invoice: dict[str, Any], status: str) -> None:
        """`out`, `ndr`, `delivered`, `rto`, `back`."""
        texts = {"delivered": "Delivered", "back": "Returned"}
        self._go(invoice, texts.get(status, "Shipped"), status)

    def cancel(self, invoice: dict[str, Any]) -> None:
        with self.lock:
            if invoice["order_status"] == "Cancelled":
                return
            for item in invoice["suborders"]:
                item["cancelled_quantity"] = str(item["item_quantity"])
                key = (invoice["location_key"], item["sku"])
                self.stock[key] = self.stock.get(key, 0) + item["item_quantity"]
            invoice |= {"order_status": "Cancelled", "order_status_id": "9"}
            self._touch(invoice)

    def split(
        self, invoice: dict[str, Any], pieces: Mapping[str, int], suffix: str = ""
    ) -> dict[str, Any]:
        """Some pieces go in an invoice of their own, of the same order."""
        with self.lock:
            moved = []
            for item in invoice["suborders"]:
                count = pieces.get(item["sku"], 0)
                if count:
                    item["item_quantity"] -= count
                    moved.append({**item, "item_quantity": count, "suborder_id": next(self.ids)})
            invoice["suborders"] = [each for each in invoice["suborders"] if each["item_quantity"]]
            reference = invoice["reference_code"] + suffix
            other = {
                **invoice,
                "invoice_id": next(self.ids),
                "reference_code": reference,
                "suborders": moved,
            }
            self.invoices[other["invoice_id"]] = other
            self._touch(invoice)
            self._touch(other)
            return other

    def set_stock(self, sku: str, count: int, key: str = "lk1") -> None:
        with self.lock:
            self.stock[key, sku] = count
            self.notify("inventory", {"inventoryData": [self._level(key, sku)]})

    def track(self, invoice: dict[str, Any]) -> None:
        """The tracking webhook: no invoice, and no time."""
        names = {"orderStatus": "order_status", "currentShippingStatus": "shipping_status"}
        body = {ours: invoice[theirs] for ours, theirs in names.items()}
        body |= {"reference_code": invoice["reference_code"], "awbNumber": invoice["awb_number"]}
        self.notify("tracking", [body])

    def _go(self, invoice: dict[str, Any], status: str, parcel: str) -> None:
        with self.lock:
            words, number = STATUSES[parcel]
            invoice |= {
                "order_status": status,
                "shipping_status": words,
                "shipping_status_id": str(number),
            }
            self._touch(invoice)

    def _touch(self, invoice: dict[str, Any]) -> None:
        """Each change has a second of its own."""
        self.shift += timedelta(seconds=1)
        invoice["last_update_date"] = self.stamp()
        self.notify("orders", {"orders": [invoice]})


def _yes(data: Any) -> Reply:
    return Reply({"code": 200, "message": "Successful", "data": data})


def _no(message: str, code: int = 400) -> Reply:
    return Reply({"code": code, "message": message, "data": None})


@contextmanager
def easyecom_vendor(**values: Any) -> Iterator[EasyEcomVendor]:
    vendor = EasyEcomVendor(**values)
    with serving(vendor):
        yield vendor
