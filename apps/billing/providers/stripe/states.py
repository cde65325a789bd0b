"""What Stripe says of an invoice, as the events of billing. Input are the plain mappings of the API's JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext

from apps.billing.providers.base import Charge, ChargeEvent, Outcome, SavedMethod
from apps.billing.states import DisputeState
from apps.gateways.errors import GatewayRefused
from apps.gateways.stripe.amounts import from_stripe
from apps.gateways.values import ChargeStatus, DisputeStatus, GatewayState

BILL_KEY: Final = "polystore_bill"
_DISPUTE: Final = {
    DisputeStatus.OPEN: DisputeState.OPEN,
    DisputeStatus.REVIEWED: DisputeState.OPEN,
    DisputeStatus.WON: DisputeState.WON,
    DisputeStatus.LOST: DisputeState.LOST,
}
# Of several disputes the one that matters most is shown.
_WEIGHT: Final = {DisputeState.OPEN: 2, DisputeState.LOST: 1, DisputeState.WON: 0}


def event_of(
    charge: Charge,
    invoice: Mapping[str, Any],
    *,
    intent: Mapping[str, Any] | None,
    payment: GatewayState | None,
) -> ChargeEvent:
    """`intent` and `payment` are the payment of the invoice, where there is one. Raises `GatewayRefused` for an invoice that was
    paid with another amount than ours."""
    outcome, reason = _outcome_of(invoice, payment)
    if outcome is Outcome.PAID:
        _require_amount(charge, invoice)
    dispute = _worst(payment)
    return ChargeEvent(
        charge_id=charge.id,
        outcome=outcome,
        ref=str(invoice["id"]),
        method=_method_of(intent),
        at=_paid_at(invoice) if outcome is Outcome.PAID else None,
        reason=reason,
        pay_url=str(invoice.get("hosted_invoice_url") or ""),
        payment_ref=str(intent["id"]) if intent is not None else "",
        is_closed=invoice["status"] == "void",
        refunded=payment.refunded if payment is not None else None,
        dispute=dispute[0],
        dispute_reason=dispute[1],
    )


def saved_method_of(customer: Mapping[str, Any]) -> SavedMethod | None:
    """The expanded default method of a customer."""
    method = (customer.get("invoice_settings") or {}).get("default_payment_method")
    if not isinstance(method, Mapping):
        return None
    kind = str(method.get("type") or "")
    details = method.get(kind) or {}
    return SavedMethod(
        ref=str(method["id"]),
        kind=words_of(kind, details),
        last4=str(details.get("last4") or "")[:4],
        expires_month=details.get("exp_month"),
        expires_year=details.get("exp_year"),
    )


def payment_ref_of(invoice: Mapping[str, Any]) -> str:
    """The Payment Intent of the expanded payments: the one that was paid, else the one that Stripe keeps for the rest."""
    rows = (invoice.get("payments") or {}).get("data") or []
    usable = [row for row in rows if row["payment"].get("payment_intent")]
    usable.sort(key=lambda row: (row["status"] == "paid", bool(row.get("is_default"))))
    return str(usable[-1]["payment"]["payment_intent"]) if usable else ""


def words_of(kind: str, details: Mapping[str, Any]) -> str:
    """`Visa`, `Sepa debit`."""
    name = str(details.get("brand") or kind).replace("_", " ")
    return name[:1].upper() + name[1:40]


def _outcome_of(invoice: Mapping[str, Any], payment: GatewayState | None) -> tuple[Outcome, str]:
    status = invoice["status"]
    if status == "paid":
        return Outcome.PAID, ""
    if status == "void":
        return Outcome.FAILED, gettext("It was cancelled at Stripe.")
    if status == "uncollectible":
        return Outcome.FAILED, gettext("Stripe has given it up; it can still be paid.")
    if payment is not None and payment.status is ChargeStatus.DECLINED:
        return Outcome.FAILED, payment.message
    return Outcome.PENDING, ""


def _require_amount(charge: Charge, invoice: Mapping[str, Any]) -> None:
    paid = from_stripe(int(invoice["amount_paid"]), str(invoice["currency"]))
    if paid != charge.amount:
        words = gettext("Stripe says %(paid)s were paid of invoice %(number)s over %(amount)s.")
        facts = {"paid": paid, "number": charge.invoice_number, "amount": charge.amount}
        raise GatewayRefused(words % facts)


def _paid_at(invoice: Mapping[str, Any]) -> datetime | None:
    stamp = (invoice.get("status_transitions") or {}).get("paid_at")
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def _method_of(intent: Mapping[str, Any] | None) -> str:
    charge = intent.get("latest_charge") if intent is not None else None
    details = (charge.get("payment_method_details") or {}) if isinstance(charge, Mapping) else {}
    kind = str(details.get("type") or "")
    if not kind:
        return ""
    found = details.get(kind) or {}
    last4 = str(found.get("last4") or "")
    return f"{words_of(kind, found)} {last4}".strip()[:40]


def _worst(payment: GatewayState | None) -> tuple[str | None, str]:
    if payment is None:
        return None, ""
    known = [(_DISPUTE[each.status], each.reason[:120]) for each in payment.disputes]
    known.sort(key=lambda one: _WEIGHT[one[0]])
    return (str(known[-1][0]), known[-1][1]) if known else ("", "")
