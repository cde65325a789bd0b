"""Health endpoints for load balancers. No store, no session, no credentials in the answer."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.diagnostics.database_health import list_own_databases, time_twice
from apps.diagnostics.other_servers import list_other_servers
from apps.tenancy.aliases import is_placed
from apps.tenancy.context import outside_store
from apps.tenancy.shared_cache import roles_by_server


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The platform's own databases answer; 503 and which one if not. Without the shared cache the shops sell, more slowly,
    and without a search server they search in SQL: `degraded`, with 200. No merchant's server is asked: a dead one affects its own store only. A dead server of a region is reported and changes nothing, as every other region's
    stores are open; nor does a dead replica: the primary is read instead."""

    with outside_store():
        found = list_own_databases()
        states = {database.alias: _word(database.state) for database in found}
        caches = {
            f"cache {role}".removesuffix(" default"): one for role, one in roles_by_server().items()
        }
        states |= {name: _word(time_twice(one.ping)[0]) for name, one in caches.items()}
        others = {one.name: _word(time_twice(one.ask)[0]) for one in list_other_servers()}
        states |= others
    spared = {one.alias for one in found if one.is_replica or is_placed(one.alias)}
    failed = {alias for alias, state in states.items() if state != "ok"} - spared
    status = (
        "unavailable" if failed - caches.keys() - others.keys() else "degraded" if failed else "ok"
    )
    return JsonResponse(
        {"status": status, "checks": states}, status=503 if status == "unavailable" else 200
    )


def _word(state: str) -> str:
    """No class names for strangers."""
    return state.partition(" ")[0]
