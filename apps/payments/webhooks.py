"""The webhook of gateways: `POST /api/v1/payments/webhook/<gateway>` on the store's own host."""

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.views import ApiView
from apps.gateways import services as gateways
from apps.inbox.tasks import start_handling
from apps.tenancy.context import system_scope

MAX_BODY = 64 * 1024


class GatewayWebhookView(ApiView):
    """Verify the raw bytes, store, answer 200; the work is a task's. The signature is the authentication."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def post(self, request: Request, gateway: str) -> Response:
        body = request.body
        if len(body) > MAX_BODY:
            raise RequestDataTooBig
        headers = {name.lower(): value for name, value in request.headers.items()}
        with system_scope("webhook"):
            event = gateways.receive_event(gateway_code=gateway, body=body, headers=headers)
            start_handling(event)
        return Response({"received": True})
