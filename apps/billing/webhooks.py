"""The webhook of the platform's own account at Stripe: `POST /api/v1/billing/webhook/stripe` on the platform's host."""

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.billing.services.receiving import receive_bill_event
from apps.common.api.views import ApiView
from apps.inbox.tasks import start_handling
from apps.tenancy.context import system_scope

MAX_BODY = 256 * 1024  # invoices are longer than payments


class BillingWebhookView(ApiView):
    """Verify the raw bytes, store, answer 200; the work is a task's. The signature is the authentication."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        body = request.body
        if len(body) > MAX_BODY:
            raise RequestDataTooBig
        headers = {name.lower(): value for name, value in request.headers.items()}
        with system_scope("webhook"):
            start_handling(receive_bill_event(body=body, headers=headers))
        return Response({"received": True})
