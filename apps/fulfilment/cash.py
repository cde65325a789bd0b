"""The cash of each parcel of an order that is paid on delivery: arithmetic on rows in memory, no query.

With a parcel the price of its pieces is due. With the first shipped parcel that was not refused, the delivery and
downloads are due too; mails and slips show this before any parcel arrives. With the last parcel to arrive, all
remaining cash is due, so that the parcels add up to the order in any sequence. What a gift card or store credit has paid
is for the parcels that arrive first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import ReturnKind, ReturnState, ShipmentState
from apps.orders.models import Order, OrderLine
from apps.orders.worth import worth_of_last
from apps.payments.models import Payment
from apps.payments.stored_value import get_prepaid_minor


@dataclass(frozen=True)
class Parcels:
    """An order with its lines, parcels and returns, all fetched."""

    order: Order
    lines: Sequence[OrderLine]
    shipments: Sequence[Shipment]
    returns: Sequence[ParcelReturn]

    def cash_with(self, payment: Payment, *coming: UUID) -> int:
        """The cash that is due with the last of these parcels, if they arrive in this order from now on. Nothing with one
        that has arrived."""
        by_id = {each.pk: each for each in self.shipments}
        arrived = [each for each in self.shipments if each.delivered_at]
        travelling = {each.pk for each in self.shipments if each.is_on_the_way}
        is_open = any(line.open_quantity for line in self.lines if not line.is_digital)
        amount, brought = 0, payment.captured_minor
        before = get_prepaid_minor(self.order, payment)
        for parcel in coming:
            if by_id[parcel].delivered_at:
                amount = 0
                continue
            arrived.append(by_id[parcel])
            travelling.discard(parcel)
            amount = payment.amount_minor - brought
            if is_open or travelling:
                amount = min(amount, max(self._worth_of(arrived) - before - brought, 0))
            brought += amount
        return amount

    def cash_with_next(self, payment: Payment, pieces: Mapping[UUID, int]) -> int:
        """The cash that is due with a parcel of these pieces (line id -> how many) that has not left yet, if it arrives
        next. Delivery and downloads are due with it where no parcel has left."""
        arrived = [each for each in self.shipments if each.delivered_at]
        is_open = any(
            line.open_quantity > pieces.get(line.pk, 0)
            for line in self.lines
            if not line.is_digital
        )
        amount = payment.amount_minor - payment.captured_minor
        if not is_open and not any(each.is_on_the_way for each in self.shipments):
            return amount
        worth = self._worth_of(arrived, pieces) + (self._besides if self._first is None else 0)
        before = get_prepaid_minor(self.order, payment) + payment.captured_minor
        return min(amount, max(worth - before, 0))

    def to_collect(self, payment: Payment) -> int:
        """The cash that is still expected. Cash of a parcel on its way back is not, unless the parcel goes out
        again."""
        turned = {each.pk for each in self.shipments if each.state == ShipmentState.RETURNING}
        if not turned:
            return payment.due_minor
        rest = {line.pk: line.open_quantity for line in self.lines if not line.is_digital}
        coming = [each for each in self.shipments if each.is_on_the_way and each.pk not in turned]
        if not coming and not any(rest.values()):
            return 0
        arrived = [each for each in self.shipments if each.delivered_at]
        before = get_prepaid_minor(self.order, payment) + payment.captured_minor
        left = self._worth_of([*arrived, *coming], rest) - before
        return min(max(left, 0), payment.due_minor)

    def _worth_of(
        self, arrived: Sequence[Shipment], more: Mapping[UUID, int] = MappingProxyType({})
    ) -> int:
        """The total cash of these parcels and of `more` pieces by line, delivery and downloads included."""
        back = self._undelivered_pieces()
        pieces = dict(more)
        for shipment in arrived:
            for line in shipment.lines.all():
                out = line.quantity - back.get(line.pk, 0)
                pieces[line.order_line_id] = pieces.get(line.order_line_id, 0) + out
        physical = [line for line in self.lines if not line.is_digital]
        goods = sum(worth_of_last(line, pieces[line.pk]) for line in physical if line.pk in pieces)
        return goods + self._besides if self._first in arrived else goods

    @property
    def _besides(self) -> int:
        """Delivery and downloads, without what is not to be paid any more."""
        physical = sum(line.total_minor for line in self.lines if not line.is_digital)
        waived = sum(row.shipping_minor for row in self.returns if row.refund_id is None)
        return self.order.total_minor - physical - waived

    @property
    def _first(self) -> Shipment | None:
        """The parcel with which delivery and downloads are due."""
        sent = (
            each
            for each in self.shipments
            if each.delivered_at or (each.is_on_the_way and each.state != ShipmentState.RETURNING)
        )
        return min(sent, key=lambda each: (each.shipped_at, each.pk), default=None)

    def _undelivered_pieces(self) -> dict[UUID, int]:
        """By a parcel's line: pieces that came back before it was delivered."""
        back: dict[UUID, int] = {}
        for row in self.returns:
            if row.kind == ReturnKind.UNDELIVERED and row.state == ReturnState.RECEIVED:
                for line in row.lines.all():
                    back[line.shipment_line_id] = back.get(line.shipment_line_id, 0) + line.quantity
        return back
