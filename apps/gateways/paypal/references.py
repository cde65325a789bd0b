"""What we write into PayPal's `custom_id`, by which its webhooks and refunds are recognized: store, charge, and a refund.

PayPal keeps 127 characters, and shows them to the merchant alone. An account can serve several stores: each recognizes its own.
"""

from apps.gateways.values import Charge, RefundRequest
from apps.tenancy.context import current_store, current_store_or_none

_BETWEEN = "."


def custom_id_of(charge: Charge) -> str:
    return f"{current_store().id}{_BETWEEN}{charge.ref}"


def refund_custom_id_of(request: RefundRequest) -> str:
    return f"{custom_id_of(request.charge)}{_BETWEEN}{request.ref}"


def charge_ref_of(custom_id: object) -> str | None:
    """The charge; "" for one of another store; None where nothing of ours is written."""
    parts = _parts(custom_id)
    if not parts:
        return None
    store = current_store_or_none()
    return parts[1] if store is not None and parts[0] == str(store.id) else ""


def refund_id_of(custom_id: object) -> str:
    parts = _parts(custom_id)
    return parts[2] if len(parts) == 3 else ""


def _parts(custom_id: object) -> list[str]:
    parts = custom_id.split(_BETWEEN) if isinstance(custom_id, str) else []
    return parts if len(parts) in (2, 3) and all(len(part) == 36 for part in parts) else []
