"""Mails about return requests, and news of their money. Each mail is written once, however often its message comes."""

from uuid import UUID

from django.db.models import QuerySet

from apps.events.consumers import Message, consumes
from apps.returns import mails
from apps.returns import services as returns
from apps.returns.models import ReturnRequest
from apps.returns.states import RequestState


@consumes("return.requested")
def tell_requested(message: Message) -> None:
    """A request that is approved at once has one mail: of its approval."""
    request = _request(message)
    if request.state == RequestState.REQUESTED:
        mails.mail_news(request, "requested")


@consumes("return.approved")
def tell_approved(message: Message) -> None:
    mails.mail_news(_request(message), "approved")


@consumes("return.refused")
def tell_refused(message: Message) -> None:
    mails.mail_news(_request(message), "refused")


@consumes("return.label_added")
def tell_label(message: Message) -> None:
    request = _request(message)
    if request.label_path:
        mails.mail_news(request, "label", about=request.label_path)


@consumes("return.ended")
def tell_ended(message: Message) -> None:
    """Who withdraws a request knows it."""
    if message.payload["is_late"]:
        mails.mail_news(_request(message), "expired")


@consumes("return_request.received")
def tell_arrived(message: Message) -> None:
    """One mail, however many parcels there are."""
    mails.mail_news(_request(message), "received")


@consumes("return.inspected")
def tell_inspected(message: Message) -> None:
    """Accepted goods have the mail of the returned parcel; this one names the replacement, or why nothing was accepted."""
    request = _request(message)
    if hasattr(request, "exchange") and request.exchange.order is not None:
        mails.mail_news(request, "exchanged")
    elif not request.receipts.exists():
        mails.mail_news(request, "not_accepted")


@consumes("order.refunded")
def follow_refund(message: Message) -> None:
    _follow(ReturnRequest.objects.filter(order_id=UUID(message.payload["order_id"])))


@consumes("order.paid")
def follow_payment(message: Message) -> None:
    _follow(ReturnRequest.objects.filter(exchange__order_id=UUID(message.payload["order_id"])))


@consumes("order.cancelled")
def follow_cancellation(message: Message) -> None:
    _follow(ReturnRequest.objects.filter(exchange__order_id=UUID(message.payload["order_id"])))


def _follow(requests: QuerySet[ReturnRequest]) -> None:
    for request in requests.filter(state=RequestState.INSPECTED):
        returns.follow_return(request=request)


def _request(message: Message) -> ReturnRequest:
    requests = ReturnRequest.objects.select_related("order", "exchange__order")
    return requests.get(pk=UUID(message.payload["return_request_id"]))
