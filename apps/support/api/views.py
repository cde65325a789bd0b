"""Endpoints of a buyer's tickets. Staff work in the admin: here they see their own as buyers do."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import LOGIN, ActorView
from apps.common.actor import Actor, ActorKind
from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.api.throttles import WindowThrottle
from apps.events.api.idempotency import repeatable
from apps.orders.selectors import get_order_by_id_for
from apps.support import selectors
from apps.support import services as support
from apps.support.api.serializers import (
    NewTicketSerializer,
    ReplySerializer,
    TicketQuery,
    TicketSerializer,
    TicketSummarySerializer,
    present_summary,
    present_ticket,
)
from apps.support.models import Ticket
from apps.support.states import Way

TAG = "support"


class ContactThrottle(WindowThrottle):
    """By person; the same rate as the contact form's."""

    scope = "contact"

    def ident(self, request: Request) -> str | None:
        if request.method != "POST":
            return None
        return str(request.user.pk) if request.user.is_authenticated else self.get_ident(request)


class _TicketView(ActorView):
    needs: ClassVar = {"GET": LOGIN, "POST": LOGIN}

    @property
    def buyer(self) -> Actor:
        return Actor(ActorKind.CUSTOMER, self.person.pk, self.person.full_name)

    def answer(self, ticket: Ticket, status: int = 200) -> Response:
        conversation = selectors.list_conversation(ticket)
        return Response(present_ticket(ticket, conversation), status=status)

    def find(self, ticket_id: UUID) -> Ticket:
        return selectors.get_ticket_by_id_for(actor=self.buyer, ticket_id=ticket_id)


class TicketListView(_TicketView):
    throttle_classes = (*ActorView.throttle_classes, ContactThrottle)

    @documented(
        "Your requests to the store, newest first",
        operation="tickets_list",
        tag=TAG,
        parameters=[TicketQuery],
        answers={200: paged(TicketSummarySerializer)},
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(TicketQuery)
        tickets = selectors.list_tickets_for(actor=self.buyer).order_by("-id")
        if state := query.get("state"):
            tickets = tickets.filter(state=state)
        part = slice_rows(tickets, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, present_summary))

    @documented(
        "Ask the store",
        operation="tickets_create",
        tag=TAG,
        body=NewTicketSerializer,
        answers={201: TicketSerializer},
        errors=(404,),
        idempotent=True,
        description="Opens a request. The store answers in it and by mail.",
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(NewTicketSerializer)
        order_id = values.get("order_id")
        order = get_order_by_id_for(actor=self.buyer, order_id=order_id) if order_id else None
        ticket = support.open_ticket(
            email=self.person.email,
            name=self.person.full_name,
            subject=values["subject"],
            text=values["text"],
            actor=self.buyer,
            order=order,
            customer_id=self.person.pk,
            way=Way.API,
        )
        return self.answer(ticket, 201)


class TicketView(_TicketView):
    @documented(
        "A request of yours with its messages",
        operation="tickets_read",
        tag=TAG,
        answers={200: TicketSerializer},
        errors=(404,),
    )
    def get(self, request: Request, ticket_id: UUID) -> Response:
        return self.answer(self.find(ticket_id))


class ReplyView(_TicketView):
    throttle_classes = (*ActorView.throttle_classes, ContactThrottle)

    @documented(
        "Write in a request of yours",
        operation="tickets_reply",
        tag=TAG,
        body=ReplySerializer,
        answers={201: TicketSerializer},
        errors=(404, 409),
        idempotent=True,
        description="A request that is solved or closed is open again.",
    )
    @repeatable
    def post(self, request: Request, ticket_id: UUID) -> Response:
        values = self.read_body(ReplySerializer)
        ticket = self.find(ticket_id)
        support.reply_as_buyer(ticket=ticket, text=values["text"], actor=self.buyer, way=Way.API)
        return self.answer(ticket, 201)
