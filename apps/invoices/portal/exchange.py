"""Requests to the portal and its envelope: `Status` 1 or 0, `Data`, `ErrorDetails`, `InfoDtls`.

Lists of errors come as JSON or as base64 of it, and GSPs write the names in small letters: both are read.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
import structlog
from django.conf import settings
from django.utils.translation import gettext

from apps.common.text import line_of
from apps.invoices.portal.base import Fault, PortalUnavailable
from apps.invoices.portal.sealing import Unreadable, unseal
from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import NoAnswer, send_out

log = structlog.get_logger(__name__)

INDIA: Final = ZoneInfo("Asia/Kolkata")
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M:%S %p")
_BUSY: Final = (408, 409, 425, 429)
_MOST_FAULTS: Final = 10


@dataclass(frozen=True)
class Answer:
    """`content` has small names."""

    http_status: int
    content: Mapping[str, Any] = field(repr=False)

    @property
    def is_good(self) -> bool:
        return self.http_status < 300 and str(self.content.get("status")) == "1"

    @property
    def faults(self) -> tuple[Fault, ...]:
        listed = _as_list(self.content.get("errordetails") or self.content.get("error"))
        found = []
        for each in listed[:_MOST_FAULTS]:
            values = _small(each) if isinstance(each, Mapping) else {"errormessage": each}
            code = line_of(values.get("errorcode") or values.get("error_cd") or "", most=20)
            said = values.get("errormessage") or values.get("message") or code
            found.append(Fault(code, _sentence(code, line_of(said, most=300))))
        return tuple(found)

    def plain_data(self) -> Mapping[str, Any]:
        """Raises `PortalUnavailable`."""
        data = self.content.get("data")
        return _mapping(data if isinstance(data, Mapping) else _json(str(data or "").encode()))

    def data(self, key: bytes) -> Mapping[str, Any]:
        """The data, decrypted where it is encrypted. Raises `PortalUnavailable`."""
        data = self.content.get("data")
        if isinstance(data, Mapping):
            return _mapping(data)
        try:
            return _mapping(_json(unseal(str(data or ""), key)))
        except Unreadable:
            raise _unreadable() from None


def request(
    method: str, url: str, *, headers: Mapping[str, str], body: Mapping[str, Any] | None = None
) -> Answer:
    """Raises `PortalUnavailable` where a later retry can help. Any other answer is the caller's."""
    try:
        received = send_out(
            method,
            url,
            headers={
                "Accept": "application/json",
                **({"Content-Type": "application/json"} if body is not None else {}),
                **headers,
            },
            body=None if body is None else orjson.dumps(body),
            seconds=settings.IRP_TIMEOUT_SECONDS,
        )
    except HostRefused as refusal:
        raise PortalUnavailable(str(refusal)) from None
    except NoAnswer as silence:
        log.warning("The portal of e-invoices does not answer.", reason=str(silence))
        raise PortalUnavailable(gettext("The portal does not answer.")) from None
    if received.status >= 500 or received.status in _BUSY:
        log.warning("The portal of e-invoices is out of order.", status=received.status)
        raise PortalUnavailable(
            gettext("The portal is out of order (%(status)s).") % {"status": received.status}
        )
    return Answer(received.status, _mapping(_json(received.content)))


def read_moment(value: Any) -> datetime:
    """A moment in Indian time, as the portal writes it. Raises `ValueError`."""
    text = line_of(value)
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=INDIA)
        except ValueError:
            continue
    raise ValueError(text)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, str) and value:
        try:
            value = orjson.loads(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            try:
                value = orjson.loads(value)
            except ValueError:
                return [value]
    if isinstance(value, Mapping):
        return [value]
    return list(value) if isinstance(value, list) else []


def _sentence(code: str, said: str) -> str:
    text = said if said.endswith((".", "!", "?")) else f"{said}."
    return f"{text} ({code})" if code and code != said else text


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:
        raise _unreadable() from None


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _unreadable()
    return _small(value)


def _small(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).lower(): each for name, each in value.items()}


def _unreadable() -> PortalUnavailable:
    return PortalUnavailable(gettext("The portal's answer can't be read."))
