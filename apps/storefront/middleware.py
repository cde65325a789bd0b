"""A refusal that no view turned into a form error becomes a page in the store's theme, never a 500."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.common.errors import DomainError
from apps.platform.tenancy.context import current_store_or_none

GetResponse = Callable[[HttpRequest], HttpResponse]


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
            return render(request, "404.html", status=404)
        context = {"problem": str(exception), "status": exception.status}
        return render(request, "errors/problem.html", context, status=exception.status)


def _is_page(request: HttpRequest) -> bool:
    elsewhere = request.path_info.startswith(("/api/", "/admin/"))
    return current_store_or_none() is not None and not elsewhere
