"""ClickPost's API. User name and key are in the query of each call; `meta.status` decides (`answers.py`).

Each verb raises `SystemUnavailable` where a later try can help, `ClickPostRefused` where none can, and `NotConnected`. What
came of a call is noted for staff. No call is made within a transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from apps.clickpost import answers
from apps.clickpost.errors import ClickPostRefused, StillRunning
from apps.common.json_http import Answer
from apps.inbox.errors import MalformedMessage
from apps.integrations import services as integrations
from apps.integrations.errors import SystemUnavailable
from apps.integrations.http import send
from apps.integrations.reading import flag_of, text_of
from apps.integrations.selectors import get_config
from apps.integrations.values import Environment

KIND: Final = "clickpost"
COD, PREPAID = "COD", "PREPAID"


@dataclass(frozen=True)
class Offer:
    """A carrier that takes a parcel; `account_code` is empty where the answer names none."""

    cp_id: int
    name: str = ""
    account_code: str = ""
    prepaid: bool = True
    cod: bool = True

    def takes(self, order_type: str) -> bool:
        return self.cod if order_type == COD else self.prepaid


@dataclass(frozen=True)
class Placed:
    waybill: str
    label_url: str = ""
    carrier: str = ""


@dataclass(frozen=True)
class Outcome:
    """Of one request about a failed delivery."""

    is_taken: bool
    answer: str = ""


class ClickPostClient:
    def __init__(self, environment: Environment = Environment.PRODUCTION) -> None:
        self.environment = environment

    def recommend(self, parcel: Mapping[str, Any]) -> list[Offer]:
        """The carriers that ClickPost's rules prefer for a parcel, best first; none takes it where it is empty."""
        result = self._call("POST", "/api/v1/recommendation_api/", body=[parcel])
        found = [each for one in _objects(result) for each in _objects(one.get("preference_array"))]
        found.sort(key=lambda each: _number(each.get("priority")) or 0)
        return [
            Offer(cp_id, _text(each.get("cp_name")), _text(each.get("account_code")))
            for each in found
            if (cp_id := _number(each.get("cp_id"))) is not None
        ]

    def serviceable(self, pickup: str, drop: str) -> list[Offer]:
        """What each carrier of the account does between two postal codes."""
        body = [{"pickup_pincode": pickup, "drop_pincode": drop}]
        result = self._call("POST", "/api/v1/serviceability_api/", body=body)
        found = []
        for each in _objects(result):
            cp_id, does = _number(each.get("cp_id")), each.get("serviceable")
            if cp_id is not None and isinstance(does, dict):
                prepaid, cod = flag_of(does.get(PREPAID)), flag_of(does.get(COD))
                name, account = _text(each.get("cp_name")), _text(each.get("account_code"))
                found.append(Offer(cp_id, name, account, prepaid, cod))
        return found

    def expected_days(self, pickup: str, drop: str) -> tuple[int, int] | None:
        """How many days a parcel takes, at least and at most; None where ClickPost can't say."""
        body = [{"pickup_pincode": pickup, "drop_pincode": drop}]
        host = settings.CLICKPOST_DATE_API_URL if self._is_live else self._host
        result = self._call("POST", "/api/v2/predicted_sla_api/", body=body, host=host)
        for each in _objects(result):
            least, most = (_number(each.get(f"predicted_sla_{end}")) for end in ("min", "max"))
            if least is not None and most is not None:
                return min(least, most), max(least, most)
        return None

    def create_order(self, body: Mapping[str, Any], *, version: str = "v3") -> Placed:
        """Book a parcel. The same reference again answers the first waybill."""
        result = self._call(
            "POST", f"/api/{version}/create-order/", also=(answers.PLACED_BEFORE,), body=body
        )
        found = result if isinstance(result, dict) else {}
        waybill = _text(found.get("waybill"), limit=80)
        if not waybill:
            raise ClickPostRefused(
                gettext("ClickPost took the order and names no waybill: look it up there.")
            )
        label = _text(found.get("label"), limit=1000)
        return Placed(waybill, label, _text(found.get("courier_name"), limit=80))

    def cancel_order(self, waybill: str, *, cp_id: int, account_code: str) -> None:
        """Cancel a waybill; one that is cancelled already is cancelled. A GET, and nothing on the way may repeat it."""
        query = {"waybill": waybill, "cp_id": str(cp_id), "account_code": account_code}
        done = (answers.CANCELLED_BEFORE, answers.QUEUED)
        self._call("GET", "/api/v1/cancel-order/", also=done, query=query)

    def track(self, waybills: Sequence[str], *, cp_id: int) -> dict[str, dict[str, Any]]:
        """Where parcels of one carrier are, by waybill; those that ClickPost does not know are missing."""
        query = {"waybill": ",".join(waybills), "cp_id": str(cp_id)}
        result = self._call("GET", "/api/v2/track-order/", query=query)
        found = result if isinstance(result, dict) else {}
        return {
            waybill: each
            for waybill, each in found.items()
            if waybill in waybills
            and isinstance(each, dict)
            and flag_of(each.get("valid"), unsaid=True)
        }

    def act(self, waybill: str, *, cp_id: int, act: str, data: Mapping[str, Any]) -> Outcome:
        """Say what a carrier is to do after a failed delivery."""
        asked: dict[str, Any] = {"waybill": waybill, "act": act}
        if data:
            asked["action_data"] = dict(data)
        result = self._call(
            "POST", "/api/v1/ndr/update/", query={"cp_id": str(cp_id)}, body=[asked]
        )
        return _outcome(result, waybill)

    @property
    def _is_live(self) -> bool:
        return self.environment == Environment.PRODUCTION

    @property
    def _host(self) -> str:
        return settings.CLICKPOST_API_URL if self._is_live else settings.CLICKPOST_TEST_API_URL

    def _call(
        self,
        method: str,
        path: str,
        *,
        also: Sequence[int] = (),
        query: Mapping[str, str] | None = None,
        body: Any = None,
        host: str = "",
    ) -> Any:
        config = get_config(KIND, self.environment)
        given = {"username": config["username"], "key": config["key"], **(query or {})}
        try:
            answer: Answer = send(
                method,
                f"{host or self._host}{path}",
                query=given,
                body=body,
                seconds=settings.CLICKPOST_TIMEOUT_SECONDS,
            )
            result = answers.require_done(answer, *also)
        except StillRunning:
            integrations.note_contact(KIND, self.environment)
            raise
        except (SystemUnavailable, ClickPostRefused) as error:
            is_refused = getattr(error, "answered", 0) == answers.KEY_REFUSED
            integrations.note_failure(
                kind=KIND,
                error=str(error)[:300],
                environment=self.environment,
                is_refused=is_refused,
            )
            raise
        integrations.note_contact(KIND, self.environment)
        return result


def _outcome(result: Any, waybill: str) -> Outcome:
    """By waybill, in a list, or one answer for all of them: three forms have been seen."""
    rows = _objects(result if isinstance(result, list) else [result])
    for row in rows:
        inner = row.get(waybill)
        found: dict[str, Any] = inner if isinstance(inner, dict) else row
        if "status" in found:
            return Outcome(flag_of(found["status"]), _text(found.get("cp_response"), limit=300))
    return Outcome(True, _text(rows[0].get("cp_response"), limit=300) if rows else "")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any, limit: int = 120) -> str:
    """What is no text, or too long, is left out: an answer is not refused for a part that is not needed."""
    try:
        return text_of(value, limit=limit)
    except MalformedMessage:
        return ""


def _number(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
