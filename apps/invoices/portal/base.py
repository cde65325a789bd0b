"""The interface of a portal of e-invoices, and the values that it exchanges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from apps.common.errors import Unavailable, Unprocessable


@dataclass(frozen=True)
class Registered:
    """What the portal has of a document. The signed texts are long and full of data: they are not shown in logs."""

    irn: str
    ack_number: str
    ack_at: datetime
    signed_invoice: str = field(repr=False)
    signed_qr: str = field(repr=False)
    is_cancelled: bool = False


@dataclass(frozen=True)
class Fault:
    """What the portal says is wrong; `code` is its number."""

    code: str
    sentence: str


class PortalUnavailable(Unavailable):
    """No answer, an overload, or keys that are not taken: the same request can work later."""

    code = "portal_unavailable"


class PortalRefused(Unprocessable):
    """The portal's final answer to this request."""

    code = "portal_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults) or None)
        self.faults = tuple(faults)

    def says(self, *codes: str) -> bool:
        return any(fault.code in codes for fault in self.faults)

    @property
    def main_code(self) -> str:
        return self.faults[0].code if self.faults else ""


class AlreadyRegistered(PortalRefused):
    """The portal has this document."""


class Portal(Protocol):
    """All may be called again. They raise `PortalUnavailable` or `PortalRefused`. None is called while a row is locked."""

    def register(self, payload: Mapping[str, Any]) -> Registered:
        """Raises `AlreadyRegistered` for a document that the portal has."""
        ...

    def cancel(self, irn: str, *, reason: str, remark: str) -> datetime:
        """The moment from which it is cancelled. The portal takes it within 24 hours."""
        ...

    def find(self, *, kind: str, number: str, day: date) -> Registered | None:
        """What the portal has of a document, also cancelled. It shows those of the last days only."""
        ...
