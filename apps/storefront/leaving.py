"""Allows forms to lead to the pages of payment providers, and to no other site."""

from collections.abc import Iterable

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse

from apps.gateways.installed import pages_of


def with_way_out(
    request: HttpRequest, response: HttpResponse, gateways: Iterable[str]
) -> HttpResponse:
    """The page, whose forms may end at the outside pages of these gateways: browsers hold redirects to `form-action`."""
    pages = pages_of(gateways)
    if pages:
        csp_update({"form-action": pages})(lambda _request: response)(request)
    return response
