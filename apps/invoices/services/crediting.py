"""Issues credit notes: once for each refund that went back and each reduction of cash that is not due any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from apps.common.money import part_of
from apps.common.progress import show_message
from apps.events import services as events
from apps.fulfilment.models import ParcelReturn
from apps.invoices.errors import PortalAtWork
from apps.invoices.lines import SHIPPING, DocumentLine, Returned, read_line, spread, spread_vouchers
from apps.invoices.models import Document, InvoiceSettings
from apps.invoices.registered import einvoice_of
from apps.invoices.selectors import (
    find_invoice,
    get_invoice_settings,
    list_invoices,
    plain_cause,
    valid,
)
from apps.invoices.services.writing import write_document
from apps.invoices.states import EInvoiceState
from apps.orders import services as orders
from apps.orders.models import Order, OrderEvent
from apps.orders.worth import Worth, read_worth
from apps.payments.credits import REDUCED, worth_of_refund
from apps.payments.models import Refund
from apps.payments.states import RefundState
from apps.tenancy.retrying import repeated_on_deadlock

_REST_CANCELLED = "order.rest_cancelled"
_CHANGES = frozenset({"order.changed", "order.lines_cancelled", "order.pieces_moved"})


@dataclass(frozen=True)
class Credit:
    """Something that was given back of an order: its key, its worth, the pieces it is for.

    Several credits can be for the same pieces, where several payments gave the money back.
    """

    cause: str
    worth: Worth
    reason: str
    rows: Sequence[ParcelReturn] = ()
    cancelled: Mapping[str, int] | None = None
    event_id: str = ""
    voucher_minor: int = 0

    @property
    def goods(self) -> frozenset[object]:
        """What the pieces are known by."""
        if self.cancelled:
            return frozenset([self.event_id or _REST_CANCELLED])
        return frozenset(row.pk for row in self.rows)


@repeated_on_deadlock
def issue_credit_notes(*, order: Order) -> list[Document]:
    """Make what is missing, oldest first; nothing before there is an invoice. Repeatable."""
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        invoice = find_invoice(order)
        if invoice is None:
            return []
        found = einvoice_of(invoice)
        if found is not None and found.state == EInvoiceState.CANCELLING:
            raise PortalAtWork  # a moment later it is cancelled, or stays
        return credit_what_is_missing(order, invoice, get_invoice_settings())


def credit_what_is_missing(
    order: Order, invoice: Document, settings: InvoiceSettings
) -> list[Document]:
    """The credit notes that the locked order lacks. Invoice less credit notes is what the buyer pays.

    The first note for some pieces has their number; the others have amounts, so that no piece comes back twice.
    """
    causes = valid(Document.objects.filter(order=order)).values_list("cause", flat=True)
    known = set(map(plain_cause, causes))
    invoices = [invoice, *(each for each in list_invoices(order) if each.pk != invoice.pk)]
    whole = [read_line(stored) for each in invoices for stored in each.data["lines"]]
    credits_ = [credit for credit in _list_credits(order) if credit.worth.total_minor]
    shown = {each for credit in credits_ if credit.cause in known for each in credit.goods}
    written = []
    for credit in credits_:
        if credit.cause in known:
            continue
        returned = _returned(credit, whole)
        if credit.goods & shown:
            returned = [replace(each, quantity=0) for each in returned]
        shown |= credit.goods
        written.append(
            write_document(
                order,
                _lines_of(credit, returned, whole),
                settings,
                cause=credit.cause,
                invoice=_invoice_of(returned, invoices),
                reason=show_message(credit.reason),
            )
        )
    return written


def _lines_of(
    credit: Credit, returned: Sequence[Returned], whole: Sequence[DocumentLine]
) -> list[DocumentLine]:
    """Gift cards on lines of their own: there is no tax in them."""
    vouchers = spread_vouchers(credit.voucher_minor, whole)
    rest = credit.worth - Worth(sum(line.total_minor for line in vouchers))
    return [*(spread(rest, returned, whole) if rest.total_minor else []), *vouchers]


def _invoice_of(returned: Sequence[Returned], invoices: Sequence[Document]) -> Document:
    """The invoice that a credit note refers to: that of the first line which comes back."""
    wanted = next((each.line.order_line for each in returned if each.line.order_line), "")
    for invoice in invoices:
        if wanted and any(line.get("order_line") == wanted for line in invoice.data["lines"]):
            return invoice
    return invoices[0]


def _list_credits(order: Order) -> Iterable[Credit]:
    """Reductions of cash, then refunds that have gone back, each as old as it is."""
    events_of = list(order.events.order_by("sequence")) if order.reduced_minor else []
    rows = ParcelReturn.objects.filter(order=order).select_related("shipment").order_by("number")
    returns = {row.number: row for row in rows}
    before: OrderEvent | None = None
    for event in events_of:
        if event.kind in REDUCED:
            data = event.data
            yield Credit(
                f"reduction:{event.pk}",
                read_worth(data["amount_minor"], data["tax_minor"], data["tax_components"]),
                data.get("reason", ""),
                **_goods_of(event if event.kind in _CHANGES else before, returns),
            )
        before = event
    refunds = Refund.objects.filter(payment__order_id=order.pk, state=RefundState.SUCCEEDED)
    by_refund = {row.refund_id: [row] for row in returns.values() if row.refund_id}
    by_key = {f"return-{number}": [row] for number, row in returns.items()}
    for row in returns.values():
        for key in _keys_of_exchange(row):
            by_key.setdefault(key, []).append(row)
    for refund in refunds.order_by("created_at", "id"):
        yield Credit(
            f"refund:{refund.pk}",
            worth_of_refund(refund),
            refund.reason,
            by_refund.get(refund.pk) or by_key.get(refund.request_key, []),
            voucher_minor=refund.voucher_minor,
            **_cancelled_by(order, refund),
        )


def _goods_of(event: OrderEvent | None, returns: Mapping[str, ParcelReturn]) -> dict[str, Any]:
    """What a reduction is for, by the event before it, which the same transaction wrote."""
    data = event.data if event is not None else {}
    if event is not None and event.kind in _CHANGES:
        return {"cancelled": data["cancelled"], "event_id": str(event.pk)}
    if event is not None and event.kind == _REST_CANCELLED:
        return {"cancelled": data["cancelled"]}
    row = returns.get(data.get("return_number", ""))
    return {"rows": [row] if row is not None else []}


def _keys_of_exchange(row: ParcelReturn) -> list[str]:
    """Keys of the refunds that an exchange makes for all its parcels: what pays the replacement, and the rest."""
    request = row.request_key.removesuffix(f"-{row.shipment.number}")
    return [] if request == row.request_key else [f"exchange-{request}", f"{request}-rest"]


def _cancelled_by(order: Order, refund: Refund) -> dict[str, Any]:
    """The pieces that were not sent, for the refund that gives their price back."""
    key = refund.request_key
    start = next((each for each in ("change-", "split-") if key.startswith(each)), "")
    event_id = _id_of(key.removeprefix(start)) if start else None
    if event_id is not None:
        event = order.events.filter(kind__in=_CHANGES, pk=event_id).first()
        return _goods_of(event, {}) if event is not None else {}
    if key != "rest-cancelled":
        return {}
    data = order.events.filter(kind=_REST_CANCELLED).values_list("data", flat=True).first()
    return {"cancelled": data["cancelled"]} if data else {}


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _returned(credit: Credit, whole: list[DocumentLine]) -> list[Returned]:
    by_line = {line.order_line: line for line in whole if line.order_line}
    if credit.cancelled is not None:
        return [
            Returned(line, count, part_of(line.total_minor, count, line.quantity))
            for line_id, count in credit.cancelled.items()
            if (line := by_line.get(str(line_id))) is not None
        ]
    found = [
        Returned(line, each.quantity, each.total_minor)
        for row in credit.rows
        for each in row.lines.select_related("shipment_line").order_by("id")
        if (line := by_line.get(_key(each.shipment_line.order_line_id))) is not None
    ]
    shipping = [line for line in whole if line.kind == SHIPPING]
    share = sum(row.shipping_minor for row in credit.rows)
    if share and len(shipping) == 1:
        found.append(Returned(shipping[0], 0, share))
    return found


def _key(line_id: UUID) -> str:
    return str(line_id)
