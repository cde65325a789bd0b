"""The sources of the inbox: every gateway, since each may send events."""

from django.utils.functional import lazy

from apps.gateways.installed import gateway_label, list_gateways
from apps.inbox.sources import Source, receives
from apps.payments.services import settle_event

_label = lazy(gateway_label, str)

for _gateway in list_gateways():
    receives(Source(code=_gateway.code, label=_label(_gateway.code), handle=settle_event))
