"""Every write of return requests. Rows are locked in one order: order, request, parcel, payment, stock."""

from apps.returns.services.closing import (
    close_return,
    finish_returns,
    follow_return,
    refunds_of,
)
from apps.returns.services.deciding import add_label, approve_return, mark_sent, read_label
from apps.returns.services.ending import expire_returns, refuse_return, withdraw_return
from apps.returns.services.photos import MOST_PHOTOS
from apps.returns.services.receiving import Findings, inspect_return, receive_pieces
from apps.returns.services.requesting import Wanted, request_return
from apps.returns.services.swapping import change_wish

__all__ = [
    "MOST_PHOTOS",
    "Findings",
    "Wanted",
    "add_label",
    "approve_return",
    "change_wish",
    "close_return",
    "expire_returns",
    "finish_returns",
    "follow_return",
    "inspect_return",
    "mark_sent",
    "read_label",
    "receive_pieces",
    "refunds_of",
    "refuse_return",
    "request_return",
    "withdraw_return",
]
