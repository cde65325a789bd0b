"""Calls for the log of API calls."""

from typing import Any

from apps.common.clock import now, today
from apps.common.ids import new_id
from apps.metering.api_log.calls import ApiCallFacts
from apps.metering.api_log.writing import store_calls
from apps.metering.counting import hand_over_counts


def put_down() -> int:
    hand_over_counts()
    return store_calls()


def make_call(store: Any, **facts: Any) -> ApiCallFacts:
    given: dict[str, Any] = {
        "id": new_id(),
        "store_id": store.pk,
        "on": today(),
        "at": now(),
        "key_id": new_id(),
        "key_name": "ERP",
        "method": "GET",
        "endpoint": "/api/v1/products",
        "status": 200,
        "duration_ms": 5,
        "error": "",
        "address": "203.0.113.77",
        "user_agent": "erp/1",
        "request_id": "r",
    }
    return ApiCallFacts(**{**given, **facts})
