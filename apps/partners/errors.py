"""Errors of keys and webhooks."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Forbidden, InvalidInput, NotFound


class KeyEnded(Conflict):
    """A key that was revoked or has expired can't be changed any more."""

    code = "key_ended"
    title = _("This key is not valid any more. Make a new one.")


class UnknownScope(InvalidInput):
    code = "unknown_scope"
    title = _("There is no such scope.")


class EndpointNotFound(NotFound):
    code = "webhook_endpoint_not_found"
    title = _("There is no such webhook endpoint.")


class DeliveryNotFound(NotFound):
    code = "webhook_delivery_not_found"
    title = _("There is no such delivery.")


class AddressRefused(InvalidInput):
    code = "webhook_address_refused"
    title = _("Webhooks can't be sent to this address.")


class TooManyEndpoints(Conflict):
    code = "too_many_webhook_endpoints"
    title = _("There are as many webhook endpoints as a store may have.")


class NotItsEndpoint(Forbidden):
    """With the secret of another receiver a program could sign messages for it."""

    code = "not_its_endpoint"
    title = _("This webhook endpoint was not made by this key: staff can do that.")


class NotSendable(Conflict):
    code = "webhook_not_sendable"
    title = _("This can't be sent now.")
