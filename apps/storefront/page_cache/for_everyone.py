"""The mark by which a view allows its page to be cached."""

from datetime import datetime

from django.http import HttpResponse


def for_everyone(response: HttpResponse, *, until: datetime | None = None) -> HttpResponse:
    """Mark the page as equal for all visitors without a login, before the moment `until`. A page without the mark is never
    cached."""
    response.is_for_everyone = True  # type: ignore[attr-defined]
    response.is_valid_until = until  # type: ignore[attr-defined]
    return response


def is_for_everyone(response: HttpResponse) -> bool:
    return bool(getattr(response, "is_for_everyone", False))


def valid_until(response: HttpResponse) -> datetime | None:
    return getattr(response, "is_valid_until", None)
