"""Domain errors that no view handles become an error page with their status."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from apps.common.api.middleware import API_PREFIX
from apps.common.errors import DomainError
from apps.storefront.views.errors import page_not_found
from apps.tenancy.context import current_store_or_none

GetResponse = Callable[[HttpRequest], HttpResponse]

_READ_RAW = (API_PREFIX, "/integrations/")
_UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


class PrivatePagesMiddleware:
    """Responses are private unless a view declares them public: every page, error pages included, can show a cart's
    count, a login or a message. Stands above everything that answers pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private"
            patch_vary_headers(response, ["Cookie"])
        return response


class UnreadableFormsMiddleware:
    """Parses the form data before the view does: unreadable or oversized data gets a page with a 4xx status.

    Django itself would answer with a traceback when DEBUG is on, and fail over that for a foreign charset. Stands
    above `CsrfViewMiddleware`, which reads forms as well. The API reads its bodies by its own parsers, and the webhooks of
    outside systems keep the bytes, whatever type they are said to have.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.path_info.startswith(_READ_RAW):
            try:
                request.POST  # noqa: B018  parsed here, kept by Django
            except _UNREADABLE as error:
                return _not_valid(error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Requests that a view or the admin refuses as invalid."""
        is_page = not request.path_info.startswith(API_PREFIX)
        return _not_valid(exception) if is_page and isinstance(exception, _UNREADABLE) else None


def _not_valid(error: Exception) -> HttpResponse:
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return HttpResponse(render_to_string("400.html"), status=status)


class OptionsMiddleware:
    """OPTIONS on a page returns its allowed methods, as in the API. Views with a list of methods would refuse OPTIONS."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "OPTIONS" or request.path_info.startswith(API_PREFIX):
            return response
        allowed = [method.strip() for method in response.get("Allow", "").split(",")]
        if response.status_code == 405 and "OPTIONS" not in allowed:
            allow = ", ".join([*allowed, "OPTIONS"])
            return HttpResponse(status=204, headers={"Allow": allow})
        return response


class PageErrorsMiddleware:
    """Answers a `DomainError` of a page with its status and its sentence. The API and the admin have their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError) or not _is_page(request):
            return None
        if exception.status == 404:
            return page_not_found(request)
        context = {"problem": str(exception), "status": exception.status}
        on_platform = current_store_or_none() is None
        template = "platform/problem.html" if on_platform else "errors/problem.html"
        return render(request, template, context, status=exception.status)


def _is_page(request: HttpRequest) -> bool:
    return not request.path_info.startswith(("/api/", "/admin/"))
