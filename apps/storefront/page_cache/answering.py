"""How a view says that its page may be kept."""

from django.http import HttpResponse


def for_everyone(response: HttpResponse) -> HttpResponse:
    """This page is the same for every visitor who is not logged in. A page whose view does not say so is never kept."""
    response.is_for_everyone = True  # type: ignore[attr-defined]
    return response


def is_for_everyone(response: HttpResponse) -> bool:
    return bool(getattr(response, "is_for_everyone", False))
