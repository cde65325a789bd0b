"""The template context of the platform's pages."""

from django.conf import settings
from django.http import HttpRequest


def entrance(request: HttpRequest) -> dict[str, bool]:
    """Whether pages offer an account. Reads nothing."""
    return {"signup_open": settings.SIGNUP_OPEN}
