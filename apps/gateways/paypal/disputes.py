"""Disputes of a buyer at PayPal about a capture. Source: https://developer.paypal.com/docs/api/customer-disputes/v1/

What PayPal takes back for one is not in this API, so nothing is booked as withdrawn: a lost dispute waits for a person.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from apps.common.money import Money
from apps.gateways.paypal.amounts import from_paypal
from apps.gateways.paypal.client import NotAllowed, PayPalClient
from apps.gateways.paypal.orders import Row, moment
from apps.gateways.values import Dispute, DisputeStatus

_PATH: Final = "/v1/customer/disputes"
_STATUS: Final = {
    "OPEN": DisputeStatus.OPEN,
    "WAITING_FOR_SELLER_RESPONSE": DisputeStatus.OPEN,
    "WAITING_FOR_BUYER_RESPONSE": DisputeStatus.REVIEWED,
    "UNDER_REVIEW": DisputeStatus.REVIEWED,
}
_LOST: Final = ("RESOLVED_BUYER_FAVOUR", "ACCEPTED")


def disputes_of(client: PayPalClient, captures: Iterable[Row]) -> Iterator[Dispute]:
    """One call for each capture, and one for each dispute. Nothing without the permission of the app."""
    try:
        for capture in captures:
            found = client.get(f"{_PATH}?disputed_transaction_id={capture['id']}") or {}
            for item in found.get("items") or ():
                shown = client.get(f"{_PATH}/{item['dispute_id']}")
                yield _dispute_of({**item, **(shown or {})})
    except NotAllowed:
        return


def _dispute_of(dispute: dict[str, Any]) -> Dispute:
    amount = from_paypal(dispute["dispute_amount"])
    nothing = Money(0, amount.currency)
    return Dispute(
        ref=str(dispute["dispute_id"]),
        amount=amount,
        status=_status_of(dispute),
        reason=str(dispute.get("reason") or "").replace("_", " ").capitalize(),
        respond_by=moment(dispute.get("seller_response_due_date")),
        withdrawn=nothing,
        returned=nothing,
    )


def _status_of(dispute: dict[str, Any]) -> DisputeStatus:
    if dispute.get("status") != "RESOLVED":
        return _STATUS.get(str(dispute.get("status")), DisputeStatus.REVIEWED)
    outcome = (dispute.get("dispute_outcome") or {}).get("outcome_code")
    return DisputeStatus.LOST if outcome in _LOST else DisputeStatus.WON
