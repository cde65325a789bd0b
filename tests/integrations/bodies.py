"""What the outside systems send, shortened, and how it is sent to us."""

import json
from typing import Any

from django.test import Client

EASYECOM = "/integrations/easyecom/webhook/"
CLICKPOST = "/integrations/clickpost/webhook/"
DEVELOPMENT = "/integrations/clickpost-dev/dev/webhook/"


def invoice(number: str = "KS-1", at: str = "2026-11-20 12:40:00", **changes: Any) -> Any:
    """EasyEcom's order, V1."""
    order = {
        "invoice_id": 900201,
        "order_id": 900001,
        "reference_code": number,
        "last_update_date": at,
        "order_status": "Shipped",
        "order_status_id": 3,
        "awb_number": "1490000001",
        "Package Weight": "450",
        "suborders": [{"suborder_id": 900101, "sku": "TSHIRT-BLK-M", "item_quantity": 2}],
        **changes,
    }
    return {"orders": [order]}


def parcel(number: str = "KS-1", code: int = 5, at: str = "2026-11-22T11:05:00Z") -> Any:
    """ClickPost's tracking."""
    latest = {
        "clickpost_status_code": code,
        "clickpost_status_description": f"Status {code}",
        "reference_number": number,
        "timestamp": at,
    }
    return {
        "waybill": "1490000001",
        "cp_id": 4,
        "clickpost_status_code": code,
        "remark": "On its way",
        "timestamp": at,
        "additional": {"order_id": number, "latest_status": latest},
    }


def post(client: Client, path: str, body: Any, secret: str = "", **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"access-token": secret, **headers} if secret else headers
    return client.post(path, data, content_type="application/json", headers=given)
