"""What the courier is to bring with a parcel of an order that is paid on delivery: arithmetic on rows in memory, no query.

A parcel brings what its pieces were sold for, and the first that arrives what belongs to no parcel: the delivery, and
downloads. The last one brings all that is still due, so that the parcels add up to the order in any sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import ReturnKind, ReturnState
from apps.orders.models import Order, OrderLine
from apps.orders.worth import worth_of_last
from apps.payments.models import Payment


@dataclass(frozen=True)
class Parcels:
    """An order with its lines, parcels and returns, all fetched."""

    order: Order
    lines: Sequence[OrderLine]
    shipments: Sequence[Shipment]
    returns: Sequence[ParcelReturn]

    def cash_with(self, payment: Payment, *coming: UUID) -> int:
        """The cash that is due with the last of these parcels, when they arrive one after the other from now on."""
        by_id = {each.pk: each for each in self.shipments}
        arrived = [each for each in self.shipments if each.delivered_at]
        travelling = {each.pk for each in self.shipments if each.is_on_the_way}
        is_open = any(line.open_quantity for line in self.lines if not line.is_digital)
        amount, brought = 0, payment.captured_minor
        for parcel in coming:
            arrived.append(by_id[parcel])
            travelling.discard(parcel)
            amount = payment.amount_minor - brought
            if is_open or travelling:
                amount = min(amount, max(self._worth_of(arrived) - brought, 0))
            brought += amount
        return amount

    def _worth_of(self, arrived: Sequence[Shipment]) -> int:
        """What these parcels are to bring in all, with what belongs to no parcel."""
        back = self._undelivered_pieces()
        pieces: dict[UUID, int] = {}
        for shipment in arrived:
            for line in shipment.lines.all():
                out = line.quantity - back.get(line.pk, 0)
                pieces[line.order_line_id] = pieces.get(line.order_line_id, 0) + out
        physical = [line for line in self.lines if not line.is_digital]
        goods = sum(worth_of_last(line, pieces[line.pk]) for line in physical if line.pk in pieces)
        waived = sum(row.shipping_minor for row in self.returns if row.refund_id is None)
        besides = self.order.total_minor - sum(line.total_minor for line in physical)
        return goods + besides - waived

    def _undelivered_pieces(self) -> dict[UUID, int]:
        """By a parcel's line: pieces that came back before it was delivered."""
        back: dict[UUID, int] = {}
        for row in self.returns:
            if row.kind == ReturnKind.UNDELIVERED and row.state == ReturnState.RECEIVED:
                for line in row.lines.all():
                    back[line.shipment_line_id] = back.get(line.shipment_line_id, 0) + line.quantity
        return back
