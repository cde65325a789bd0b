"""Webhook endpoints by REST: for the owner of a store, and for programs with the scope."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.events.api.idempotency import repeatable
from apps.partners import services as partners
from apps.partners.api.serializers import (
    DeliveryQuery,
    DeliverySerializer,
    EndpointChangeInput,
    EndpointInput,
    EndpointListSerializer,
    EndpointSerializer,
    EndpointWithSecretSerializer,
    present_delivery,
    present_endpoint,
    present_with_secret,
)
from apps.partners.models import WebhookEndpoint
from apps.partners.scopes import covers
from apps.partners.selectors import (
    get_delivery,
    get_endpoint,
    list_deliveries,
    list_kept_topics,
)
from apps.partners.topics import BY_CODE, SCOPES

TAG = "webhooks"
SEES = "partners.view_webhookendpoint"
ADDS = "partners.add_webhookendpoint"
CHANGES = "partners.change_webhookendpoint"


class _EndpointAccess(ActorView):
    def require_topics(self, topics: Collection[str]) -> None:
        """A program hears of nothing that its key may not read."""
        if self.program is None:
            return
        needed = {SCOPES[BY_CODE[topic].resource] for topic in topics}
        missing = sorted(one for one in needed if not covers(self.program.scopes, one))
        if missing:
            words = gettext("This API key does not have the scope %(scope)s.")
            raise PermissionDenied(words % {"scope": missing[0]}, code="scope_missing")

    def find(self, endpoint_id: UUID) -> WebhookEndpoint:
        """A program changes no endpoint whose news it may not read, those of its log included: they could be sent again, to
        another address."""
        endpoint = get_endpoint(endpoint_id)
        if self.request.method != "GET" and self.program is not None:
            self.require_topics({*endpoint.topics, *list_kept_topics(endpoint)} & BY_CODE.keys())
        return endpoint


class EndpointListView(_EndpointAccess):
    needs: ClassVar = {"GET": SEES, "POST": ADDS}

    @documented(
        "Webhook endpoints, the latest first",
        operation="webhook_endpoints",
        tag=TAG,
        answers={200: EndpointListSerializer},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        rows = WebhookEndpoint.objects.order_by("-created_at", "-id")
        return Response({"results": [present_endpoint(row) for row in rows]})

    @documented(
        "Add a webhook endpoint, and get its secret",
        operation="webhook_endpoints_create",
        tag=TAG,
        body=EndpointInput,
        answers={201: EndpointWithSecretSerializer},
        errors=(403, 409),
        description=(
            "Messages are signed by Standard Webhooks with the `secret` of this answer, which is not shown again. A key needs "
            "the scope to read what the topics are about, too."
        ),
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(EndpointInput)
        self.require_topics(values["topics"])
        endpoint = partners.create_endpoint(**values, actor=self.actor)
        return Response(present_with_secret(endpoint), status=201)


class EndpointView(_EndpointAccess):
    needs: ClassVar = {
        "GET": SEES,
        "PATCH": CHANGES,
        "DELETE": "partners.delete_webhookendpoint",
    }

    @documented(
        "One webhook endpoint",
        operation="webhook_endpoint",
        tag=TAG,
        answers={200: EndpointSerializer},
        errors=(403, 404),
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return Response(present_endpoint(self.find(endpoint_id)))

    @documented(
        "Change, pause or resume a webhook endpoint",
        operation="webhook_endpoint_change",
        tag=TAG,
        body=EndpointChangeInput,
        answers={200: EndpointSerializer},
        errors=(403, 404),
        description="What is not named stays.",
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        values = self.read_body(EndpointChangeInput)
        endpoint = self.find(endpoint_id)
        is_active = values.pop("is_active", None)
        if values:
            self.require_topics(values.get("topics", ()))
            now_set = {name: getattr(endpoint, name) for name in ("url", "topics", "description")}
            endpoint = partners.change_endpoint(
                endpoint=endpoint, actor=self.actor, **{**now_set, **values}
            )
        if is_active is not None:
            endpoint = partners.set_active(endpoint=endpoint, is_active=is_active, actor=self.actor)
        return Response(present_endpoint(endpoint))

    @documented(
        "Delete a webhook endpoint with its log",
        operation="webhook_endpoint_delete",
        tag=TAG,
        answers={204: None},
        errors=(403, 404),
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        partners.delete_endpoint(endpoint=self.find(endpoint_id))
        return Response(status=204)


class EndpointTestView(_EndpointAccess):
    needs: ClassVar = {"POST": CHANGES}

    @documented(
        "Send a test",
        operation="webhook_endpoint_test",
        tag=TAG,
        answers={202: DeliverySerializer},
        errors=(403, 404),
        description="A worker sends it. Its result is in the list of deliveries.",
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        delivery = partners.send_test(endpoint=self.find(endpoint_id))
        return Response(present_delivery(delivery), status=202)


class EndpointSecretView(_EndpointAccess):
    needs: ClassVar = {"POST": CHANGES}

    @documented(
        "Replace the secret",
        operation="webhook_endpoint_secret",
        tag=TAG,
        answers={200: EndpointWithSecretSerializer},
        errors=(403, 404),
        description=(
            "For a day messages have the signatures of both secrets. Every call makes another secret. A key does it for endpoints "
            "that it made, or whose address it entered: for others 403 with the code `not_its_endpoint`."
        ),
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        endpoint = self.find(endpoint_id)
        seen = endpoint.secret_generation
        rotated = partners.rotate_secret(endpoint=endpoint, seen_generation=seen, actor=self.actor)
        return Response(present_with_secret(rotated or self.find(endpoint_id)))


class DeliveryListView(_EndpointAccess):
    needs: ClassVar = {"GET": "partners.view_webhookdelivery"}

    @documented(
        "What was sent to an endpoint, the latest first",
        operation="webhook_deliveries",
        tag=TAG,
        parameters=[DeliveryQuery],
        answers={200: paged(DeliverySerializer)},
        errors=(403, 404),
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        query = self.read_query(DeliveryQuery)
        rows = list_deliveries(self.find(endpoint_id))
        if "state" in query:
            rows = rows.filter(state=query["state"])
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, present_delivery))


class DeliveryReplayView(_EndpointAccess):
    needs: ClassVar = {"POST": "partners.change_webhookdelivery"}

    @documented(
        "Send a delivery again",
        operation="webhook_delivery_replay",
        tag=TAG,
        answers={202: DeliverySerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description="Under the same event id, as a new series of tries.",
    )
    @repeatable
    def post(self, request: Request, endpoint_id: UUID, delivery_id: UUID) -> Response:
        endpoint = self.find(endpoint_id)
        partners.replay_deliveries(deliveries=[get_delivery(endpoint, delivery_id)])
        return Response(present_delivery(get_delivery(endpoint, delivery_id)), status=202)
