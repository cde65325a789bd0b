"""ClickPost as a server: it books parcels, follows them, and sends webhooks, in the shapes that its documentation records.

A repeated reference answers 323 with the first waybill. A test or a demonstration moves a parcel along: `pick_up`, `travel`,
`go_out`, `fail`, `deliver`, `turn_back`; each sends what ClickPost sends. Faults are those of `base.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.vendors.base import Call, Reply, Vendor, serving

NAMES = {
    1: "OrderPlaced", 2: "PickupPending", 3: "PickupFailed", 4: "PickedUp", 5: "InTransit", 6: "OutForDelivery",
    7: "NotServiceable", 8: "Delivered", 9: "FailedDelivery", 10: "Cancelled", 12: "RTO-Marked", 14: "RTO-Delivered",
    16: "Lost", 17: "Damaged", 18: "ShipmentDelayed", 21: "RTO-InTransit", 25: "OutForPickup", 28: "AwbRegistered",
    1004: "DestinationHubIn",
}  # fmt: skip
BUCKETS = {
    1: 1, 2: 1, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5, 8: 6, 9: 5, 10: 1, 12: 7, 14: 7, 16: 8, 17: 9, 18: 3, 21: 7, 25: 1, 28: 1,
    1004: 3,
}  # fmt: skip


def label_of(waybill: str) -> bytes:
    """A label of 4 by 6 inches with its number."""
    words = f"BT /F1 24 Tf 24 380 Td (AWB {waybill}) Tj ET".encode()
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + end


CARRIERS: dict[int, dict[str, Any]] = {
    4: {"name": "Delhivery", "account": "delhivery surface", "PREPAID": True, "COD": True},
    5: {"name": "Bluedart", "account": "bluedart air", "PREPAID": True, "COD": False},
}


@dataclass
class Parcel:
    """What ClickPost has of one parcel. `code` is the newest one."""

    waybill: str
    reference: str
    cp_id: int
    account_code: str
    body: dict[str, Any]
    version: str = "v3"
    is_cancelled: bool = False
    scans: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def latest(self) -> dict[str, Any]:
        return self.scans[-1] if self.scans else {}


@dataclass
class ClickPostVendor(Vendor):
    """`carriers`: cp_id -> name, account and what it takes. `queued`: so many creations answer 202 before they are done.
    `codes`: `meta.status` of the next calls whose path contains the key. `takes_acts`: whether carriers do as they are asked.
    `label`: what every label is instead of one with its number."""

    user: tuple[str, str] = ("kettle", "key-1")
    carriers: dict[int, dict[str, Any]] = field(default_factory=lambda: dict(CARRIERS))
    parcels: dict[str, Parcel] = field(default_factory=dict)
    queued: int = 0
    codes: dict[str, list[int]] = field(default_factory=dict)
    closed_codes: set[str] = field(default_factory=set)
    takes_acts: bool = True
    label: bytes = b""
    label_host: str = ""
    has_recommendation: bool = True
    moments: timedelta = timedelta()
    last_number: int = 1_490_000_000

    @property
    def keys(self) -> dict[str, str]:
        """What a store enters."""
        return {"username": self.user[0], "key": self.user[1]}

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/labels/"):
            waybill = call.path.rpartition("/")[2].removesuffix(".pdf")
            return Reply(self.label or label_of(waybill), 200, "application/pdf")
        if (call.query.get("username"), call.query.get("key")) != self.user:
            return _said(301, "Invalid key")
        for part, codes in self.codes.items():
            if part in call.path and codes:
                return _said(codes.pop(0), "")
        for part, verb in _VERBS.items():
            if part in call.path:
                reply: Reply = getattr(self, verb)(call)
                return reply
        return Reply({"detail": "Not found."}, 404)

    # Booking

    def recommend(self, call: Call) -> Reply:
        if not self.has_recommendation:
            return _said(320, "Service not subscribed")
        return _done([{
            "request_details": {"reference_number": asked["reference_number"]},
            "pincode_serviceable": bool(self._serving(asked)),
            "preference_array": [
                {"cp_id": cp_id, "cp_name": each["name"], "priority": number}
                for number, (cp_id, each) in enumerate(self._serving(asked), 1)
            ],
        } for asked in call.body])  # fmt: skip

    def serviceability(self, call: Call) -> Reply:
        (asked,) = call.body
        is_closed = asked["drop_pincode"] in self.closed_codes
        return _done([
            {
                "cp_id": cp_id,
                "account_code": each["account"],
                "serviceable": {kind: each[kind] and not is_closed for kind in ("PREPAID", "COD")},
                "comitted_sla": None,
            }
            for cp_id, each in self.carriers.items()
        ])  # fmt: skip

    def expected_date(self, call: Call) -> Reply:
        return _done([{"predicted_sla_min": 2, "predicted_sla_max": 4, "min_sla_cp_id": 4}])

    def create(self, call: Call) -> Reply:
        body, version = call.body, call.path.split("/")[2]
        details = body["shipment_details"]
        if fault := _fault_of(body, details):
            return fault
        known = self.parcels.get(details["reference_number"])
        if known is not None and known.is_cancelled:
            return _said(319, "This reference was cancelled")
        if known is not None:
            return self._placed(known, 323)
        if details["courier_partner"] not in self.carriers:
            return _said(302, "")
        if self.queued:
            self.queued -= 1
            return _said(202, "Order queued")
        self.last_number += 1
        parcel = Parcel(
            waybill=str(self.last_number),
            reference=details["reference_number"],
            cp_id=details["courier_partner"],
            account_code=body["additional"].get("account_code", ""),
            body=body,
            version=version,
        )
        self.parcels[parcel.reference] = parcel
        return self._placed(parcel, 200)

    def cancel(self, call: Call) -> Reply:
        parcel = self.of(call.query.get("waybill", ""))
        if parcel is None:
            return _said(321, "")
        if parcel.is_cancelled:
            return _said(600, "")
        if parcel.latest.get("clickpost_status_code", 1) not in (1, 2, 3, 25, 28):
            return _said(350, "Shipment is already picked up")
        parcel.is_cancelled = True
        return _said(200, "SUCCESS")

    # Following

    def track(self, call: Call) -> Reply:
        waybills = call.query["waybill"].split(",")
        assert len(waybills) <= 5, "the limit for one carrier"
        found: dict[str, Any] = {}
        for waybill in waybills:
            parcel = self.of(waybill)
            if parcel is None or str(parcel.cp_id) != call.query["cp_id"]:
                found[waybill] = {"valid": False}
                continue
            found[waybill] = {
                "valid": True,
                "latest_status": _polled(parcel.latest),
                "scans": [_polled(each) for each in reversed(parcel.scans)],
                "additional": {"courier_partner_edd": None},
            }
        return _done(found)

    def update_ndr(self, call: Call) -> Reply:
        (asked,) = call.body
        parcel = self.of(asked["waybill"])
        if parcel is None:
            return _said(330, "")
        if self.takes_acts:
            parcel.acts.append(asked)
        words = "Taken" if self.takes_acts else "Not possible for this shipment"
        row = {"waybill": asked["waybill"], "status": self.takes_acts, "cp_response": words}
        return _done([row])

    # What happens to a parcel

    def book(self, reference: str, *, waybill: str, cp_id: int = 4) -> Parcel:
        """A parcel that another system has booked."""
        parcel = Parcel(waybill, reference, cp_id, self.carriers[cp_id]["account"], {})
        self.parcels[reference] = parcel
        return parcel

    def pick_up(self, reference: str, place: str = "Bengaluru_Hub") -> Any:
        return self.scan(reference, 4, "Picked up", place)

    def travel(self, reference: str, place: str = "Mumbai_Hub") -> Any:
        return self.scan(reference, 5, "In transit", place)

    def go_out(self, reference: str, place: str = "Mumbai_Andheri") -> Any:
        return self.scan(reference, 6, "Out for delivery", place)

    def fail(self, reference: str, ndr: int = 1, words: str = "Consignee unavailable") -> Any:
        return self.scan(reference, 9, words, "Mumbai_Andheri", ndr=ndr)

    def deliver_parcel(self, reference: str) -> Any:
        return self.scan(reference, 8, "Delivered to consignee", "Mumbai_Andheri")

    def turn_back(self, reference: str) -> Any:
        return self.scan(reference, 12, "Return to origin", "Mumbai_Andheri")

    def bring_back(self, reference: str) -> Any:
        return self.scan(reference, 14, "Returned to the sender", "Bengaluru_Hub")

    def scan(
        self,
        reference: str,
        code: int,
        words: str,
        place: str,
        *,
        ndr: int | None = None,
        name: str = "",
        bucket: int | None = None,
    ) -> dict[str, Any]:
        """A carrier scans the parcel, a minute after the scan before. The webhook that waits for it."""
        parcel = self.parcels[reference]
        self.moments += timedelta(minutes=1)
        moment = self.now() - timedelta(hours=2) + self.moments
        scan = {
            "clickpost_status_code": code,
            "clickpost_status_description": name or NAMES.get(code, "Unlisted"),
            "clickpost_status_bucket": bucket or BUCKETS.get(code),
            "status": words,
            "remark": words,
            "location": place,
            "timestamp": self.stamp(moment).replace(" ", "T") + "Z",
        }
        parcel.scans.append(scan)
        body = self.webhook(parcel, scan, ndr)
        self.notify("tracking", body)
        return body

    def webhook(self, parcel: Parcel, scan: Mapping[str, Any], ndr: int | None = None) -> Any:
        return {
            "waybill": parcel.waybill,
            "cp_id": parcel.cp_id,
            "account_code": parcel.account_code,
            **scan,
            "additional": {
                "order_id": parcel.reference,
                "is_rvp": False,
                "courier_partner_edd": None,
                "ndr_status_code": ndr,
                "latest_status": {**parcel.latest, "reference_number": parcel.reference},
            },
        }

    def of(self, waybill: str) -> Parcel | None:
        return next((each for each in self.parcels.values() if each.waybill == waybill), None)

    def _placed(self, parcel: Parcel, status: int) -> Reply:
        host = self.label_host or self.url
        return _done(
            {
                "reference_number": parcel.reference,
                "waybill": parcel.waybill,
                "label": f"{host}/labels/{parcel.waybill}.pdf",
                "courier_name": self.carriers[parcel.cp_id]["name"],
            },
            status,
        )

    def _serving(self, asked: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        if asked["drop_pincode"] in self.closed_codes:
            return []
        return [(cp_id, each) for cp_id, each in self.carriers.items() if each[asked["order_type"]]]


_VERBS = {
    "/recommendation_api/": "recommend",
    "/serviceability_api/": "serviceability",
    "/predicted_sla_api/": "expected_date",
    "/create-order/": "create",
    "/cancel-order/": "cancel",
    "/track-order/": "track",
    "/ndr/update/": "update_ndr",
}


def _fault_of(body: Mapping[str, Any], details: Mapping[str, Any]) -> Reply | None:
    """As ClickPost refuses."""
    if details["order_type"] not in ("COD", "PREPAID"):
        return _said(307, "")
    if (details["order_type"] == "COD") != (details["cod_value"] > 0):
        return _said(315, "Invalid cod_value")
    if not details["items"]:
        return _said(312, "")
    drop = body["drop_info"]
    code = drop.get("drop_pincode") or drop.get("postal_code")
    name = drop.get("drop_name") or drop.get("name")
    if not code or not name or len(name) > 100:
        return _said(400, "drop_info is invalid")
    return None


def _polled(scan: Mapping[str, Any]) -> dict[str, Any]:
    """As polling writes it: Indian time without T and Z, with numbers of its own."""
    if not scan:
        return {}
    plain = str(scan["timestamp"]).replace("T", " ").rstrip("Z")
    return {**scan, "timestamp": plain, "checkpoint_id": 112_584_868, "tracking_id": 8_241_453}


def _said(status: int, message: str) -> Reply:
    """The HTTP status is 200 for failures, too."""
    success = status in (200, 323, 303)
    return Reply({"meta": {"status": status, "success": success, "message": message}})


def _done(result: Any, status: int = 200) -> Reply:
    meta = {"status": status, "success": True, "message": "SUCCESS"}
    return Reply({"meta": meta, "result": result})


@contextmanager
def clickpost_vendor(port: int = 0, **wanted: Any) -> Iterator[ClickPostVendor]:
    vendor = ClickPostVendor(**wanted)
    with serving(vendor, port):
        yield vendor
