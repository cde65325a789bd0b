"""What a load balancer asks. No store, no session, no credentials in the answer."""

from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The master database, the documents and the cache answer; 503 and which one if not."""
    checks = {"platform": _ask_platform, "documents": _ask_documents, "cache": _ask_cache}
    states = {name: _state(check) for name, check in checks.items()}
    good = all(state == "ok" for state in states.values())
    return JsonResponse(
        {"status": "ok" if good else "unavailable", "checks": states}, status=200 if good else 503
    )


def _state(check: object) -> str:
    try:
        check()  # type: ignore[operator]
    except (
        Exception
    ):  # whatever is wrong, the probe answers; the details are in the logs of the failing call
        return "unavailable"
    return "ok"


def _ask_platform() -> None:
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_documents() -> None:
    connections["documents"].ensure_connection()
    connections["documents"].connection.admin.command("ping")


def _ask_cache() -> None:
    cache.get("ready")
