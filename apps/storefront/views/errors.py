"""Refusals as pages: not found, something broke. On a store's host in its theme, on the platform's in the platform's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from apps.tenancy.context import current_store_or_none

_PLAIN = "<!doctype html><title>Something went wrong</title><h1>Something went wrong</h1><p>Please try again.</p>"


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, _not_found_in(request), status=404)


def _not_found_in(request: HttpRequest) -> str:
    """Staff stay in the admin: they look for no product."""
    if current_store_or_none() is None:
        return "platform/404.html"
    return "backoffice/404.html" if request.path.startswith("/admin/") else "404.html"


def server_error(request: HttpRequest) -> HttpResponse:
    """Reads nothing but the template: whatever broke may still be broken."""
    try:
        context = {
            "request_id": getattr(request, "request_id", ""),
            "store": current_store_or_none(),
        }
        return HttpResponse(render_to_string("500.html", context), status=500)
    except (TemplateDoesNotExist, OSError):
        return HttpResponse(_PLAIN, status=500)
