"""The e-invoice API of NIC, which GSPs pass on with the same verbs.

Sources: https://einv-apisandbox.nic.in (version 1.04 of the login; version 1.03 of IRN, cancellation, details by document), its list of
errors at https://einvoice1.gst.gov.in/others/geterrorcodes/INV. The parts of the paths before `/auth` and `/Invoice` are settings.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.utils.translation import gettext

from apps.common.text import line_of
from apps.invoices.portal import keys as names
from apps.invoices.portal.base import (
    AlreadyRegistered,
    Fault,
    PortalRefused,
    PortalUnavailable,
    Registered,
)
from apps.invoices.portal.exchange import Answer, read_moment, request
from apps.invoices.portal.sealing import seal
from apps.invoices.portal.session import (
    KeysRefused,
    Session,
    forget_session,
    login_headers,
    open_session,
)

DUPLICATE: Final = "2150"
INVALID_TOKEN: Final = "1005"  # noqa: S105  a code
# Of the request's headers and the login: new keys can help, the document is not to blame.
_OF_KEYS: Final = frozenset({"1004", "1006", "1007", "1008", "1010", "1011", "1012", "1013", "1014", "1015", "1016", "1017", "1018", "1019", "3000"})  # fmt: skip
# "Unable to create IRN" and "unable to sign": the portal says to try later.
_LATER: Final = frozenset({"2146", "2147"})
# Not available, not found, and made more than three days ago.
_NOT_FOUND: Final = frozenset({"2148", "2154", "2283", "3001"})
_CANCELLED: Final = "CNL"


class NicPortal:
    """For one seller's GSTIN."""

    def __init__(self, keys: Mapping[str, Any], gstin: str) -> None:
        self._keys, self._gstin = keys, gstin

    def register(self, payload: Mapping[str, Any]) -> Registered:
        try:
            return _read_registered(self._send("POST", settings.IRP_INVOICE_PATH, payload))
        except PortalRefused as refusal:
            if refusal.says(DUPLICATE):
                raise AlreadyRegistered(refusal.faults) from None
            raise

    def cancel(self, irn: str, *, reason: str, remark: str) -> datetime:
        body = {"Irn": irn, "CnlRsn": reason, "CnlRem": remark}
        data = self._send("POST", f"{settings.IRP_INVOICE_PATH}/Cancel", body)
        try:
            return read_moment(data["canceldate"])
        except (KeyError, ValueError):
            raise _unreadable() from None

    def find(self, *, kind: str, number: str, day: date) -> Registered | None:
        asked = {"doctype": kind, "docnum": number, "docdate": f"{day:%d/%m/%Y}"}
        path = f"{settings.IRP_INVOICE_PATH}/irnbydocdetails?{urlencode(asked)}"
        try:
            return _read_registered(self._send("GET", path))
        except PortalRefused as refusal:
            if refusal.says(*_NOT_FOUND):
                return None
            raise

    def log_in(self) -> datetime:
        """When the session ends. Raises `KeysRefused`, `PortalUnavailable`."""
        forget_session(self._keys, self._gstin)
        return open_session(self._keys, self._gstin).ends_at

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        session = open_session(self._keys, self._gstin)
        answer = self._ask(session, method, path, body)
        if not answer.is_good and _is_token_refused(answer):
            forget_session(self._keys, self._gstin)
            session = open_session(self._keys, self._gstin)
            answer = self._ask(session, method, path, body)
        if not answer.is_good:
            raise _refusal(answer)
        return answer.data(session.key)

    def _ask(
        self, session: Session, method: str, path: str, body: Mapping[str, Any] | None
    ) -> Answer:
        headers = {
            **login_headers(self._keys, self._gstin),
            "user_name": self._keys[names.USER],
            "AuthToken": session.token,
        }
        sealed = None if body is None else {"Data": seal(orjson.dumps(body), session.key)}
        return request(method, self._keys[names.URL] + path, headers=headers, body=sealed)


def _is_token_refused(answer: Answer) -> bool:
    return answer.http_status == 401 or any(fault.code == INVALID_TOKEN for fault in answer.faults)


def _refusal(answer: Answer) -> Exception:
    faults = answer.faults
    codes = {fault.code for fault in faults}
    said = " ".join(fault.sentence for fault in faults)
    if answer.http_status in (401, 403) or codes & (_OF_KEYS | {INVALID_TOKEN}):
        return KeysRefused(
            gettext("The portal refuses the keys: %(reason)s")
            % {"reason": said[:300] or answer.http_status}
        )
    if codes & _LATER:
        return PortalUnavailable(said)
    if not faults:
        said = gettext("The portal gives no reason (%(status)s).") % {"status": answer.http_status}
        return PortalRefused([Fault("", said)])
    return PortalRefused(faults)


def _read_registered(data: Mapping[str, Any]) -> Registered:
    try:
        return Registered(
            irn=line_of(data["irn"]).lower(),
            ack_number=line_of(data["ackno"], most=30),
            ack_at=read_moment(data["ackdt"]),
            signed_invoice=str(data.get("signedinvoice") or ""),
            signed_qr=str(data.get("signedqrcode") or ""),
            is_cancelled=line_of(data.get("status") or "").upper() == _CANCELLED,
        )
    except (KeyError, ValueError):
        raise _unreadable() from None


def _unreadable() -> PortalUnavailable:
    return PortalUnavailable(gettext("The portal's answer can't be read."))
