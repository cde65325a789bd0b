"""The webhook for mail: `POST /api/v1/support/mail` on the store's own host, with the raw mail as its body."""

import base64
import binascii

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.errors import PayloadTooLarge
from apps.common.api.views import ApiView
from apps.support import services as support
from apps.support.addresses import is_webhook_secret
from apps.support.errors import MailTooLarge, WrongSecret


class MailWebhookView(ApiView):
    """Keeps the bytes and answers 200; a worker reads them. The store's secret is the authentication: as a bearer token,
    or as the password of basic authentication with any name."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        if not is_webhook_secret(_secret_of(request.headers.get("Authorization", ""))):
            raise WrongSecret
        try:
            mail = support.receive_mail(request.body)
        except MailTooLarge as error:
            raise PayloadTooLarge from error
        return Response({"received": True, "id": str(mail.pk)})


def _secret_of(header: str) -> str:
    kind, _space, value = header.strip().partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
