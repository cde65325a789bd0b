"""What is kept of a call: no path, no query, no body, and an address only where it may leave the store's region."""

import json
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.common.api.throttles import client_address
from apps.common.clock import now, today
from apps.common.ids import new_id
from apps.common.text import line_of
from apps.metering.limits import MOST_AGENT, MOST_ENDPOINT, MOST_ERROR, MOST_REQUEST_ID
from apps.tenancy.aliases import MAIN
from apps.tenancy.context import current_store


class ApiCallFacts(NamedTuple):
    """One call. `endpoint` is the pattern of the route, `error` the code of the answer, `on` the store's day."""

    id: UUID
    store_id: UUID
    on: date
    at: datetime
    key_id: UUID
    key_name: str
    method: str
    endpoint: str
    status: int
    duration_ms: int
    error: str
    address: str | None
    user_agent: str
    request_id: str

    def pack(self) -> bytes:
        return json.dumps(self, default=str, ensure_ascii=False).encode(errors="replace")

    @classmethod
    def unpack(cls, text: bytes) -> Self:
        facts = cls(*json.loads(text))
        return facts._replace(
            id=UUID(str(facts.id)),
            store_id=UUID(str(facts.store_id)),
            on=date.fromisoformat(str(facts.on)),
            at=datetime.fromisoformat(str(facts.at)),
            key_id=UUID(str(facts.key_id)),
        )


class Caller(NamedTuple):
    """The API key of a call."""

    id: UUID
    name: str


def facts_of(
    request: HttpRequest, response: HttpResponse, *, caller: Caller, seconds: float
) -> ApiCallFacts:
    """Of a call in the active store."""
    store, match = current_store(), request.resolver_match
    is_at_home = store.data_region == MAIN
    return ApiCallFacts(
        id=new_id(),
        store_id=store.id,
        on=today(),
        at=now(),
        key_id=caller.id,
        key_name=caller.name,
        method=(request.method or "")[:7],
        endpoint=("/" + match.route if match is not None else "")[:MOST_ENDPOINT],
        status=response.status_code,
        duration_ms=round(seconds * 1000),
        error=_error_of(response)[:MOST_ERROR],
        address=client_address(request) if is_at_home else None,
        user_agent=line_of(request.headers.get("User-Agent"), most=MOST_AGENT)
        if is_at_home
        else "",
        request_id=str(getattr(request, "request_id", ""))[:MOST_REQUEST_ID],
    )


def _error_of(response: HttpResponse) -> str:
    data: Any = getattr(response, "data", None)
    error = data.get("error") if isinstance(data, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""
