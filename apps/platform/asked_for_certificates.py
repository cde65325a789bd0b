"""`GET /internal/certificate?domain=shop.example.com`: a proxy asks before it gets a certificate (`on_demand_tls` of Caddy).

200 says yes, 404 no. At most one statement, of the master database; no store's database is asked. Not for visitors: what comes
through a proxy finds no page here.
"""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.common.text import NotText
from apps.common.web import clean_host
from apps.platform.certificates import is_asked_inside
from apps.platform.hosts import host_of
from apps.platform.selectors import get_store_by_host

_LONGEST: Final = 253


@never_cache
@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    if not is_asked_inside(request, host_of(request)):
        raise Http404
    names = request.GET.getlist("domain")
    may = len(names) == 1 and _may_have(names[0])
    return HttpResponse(
        "yes\n" if may else "no\n", status=200 if may else 404, content_type="text/plain"
    )


def _may_have(name: str) -> bool:
    if len(name) > _LONGEST or not name.isascii():  # as it is in a handshake
        return False
    try:
        host = clean_host(name)
    except NotText:
        return False
    if host in settings.PLATFORM_HOSTS:
        return True
    address = get_store_by_host(host)
    return address is not None and address.has_certificate
