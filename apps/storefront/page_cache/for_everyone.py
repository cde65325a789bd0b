"""The mark by which a view allows its page to be cached."""

from django.http import HttpResponse


def for_everyone(response: HttpResponse) -> HttpResponse:
    """Mark the page as equal for all visitors without a login. A page without the mark is never cached."""
    response.is_for_everyone = True  # type: ignore[attr-defined]
    return response


def is_for_everyone(response: HttpResponse) -> bool:
    return bool(getattr(response, "is_for_everyone", False))
