"""A portal of e-invoices over HTTP, as NIC documents it: the far end of `apps.invoices.portal` in tests.

It keeps what it has registered and encrypts for real: the login with its RSA key, everything after it with the session's key. Error
codes and texts are those of NIC's list. A test stops it (`fail`), lets an answer get lost (`lose`), moves its clock, or ends its
sessions.
"""

import base64
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.common.clock import now
from apps.invoices.portal.sealing import seal, unseal
from tests.support.provider_server import Answer, ProviderServer, Sent, serving

INDIA = ZoneInfo("Asia/Kolkata")
AUTH, INVOICE = "/eivital/v1.04/auth", "/eicore/v1.03/Invoice"


@lru_cache(maxsize=4)
def rsa_key(name: str) -> RSAPrivateKey:
    """Keys are made once: that takes a quarter of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: RSAPrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Fault(Exception):
    def __init__(self, code: str, message: str, info: Any = None) -> None:
        super().__init__(message)
        self.code, self.info = code, info


@dataclass
class Kept:
    """What the portal has of a document."""

    irn: str
    ack_number: int
    ack_at: datetime
    payload: dict[str, Any]
    is_cancelled: bool = False


@dataclass
class IrpServer(ProviderServer):
    """`lose`: so many answers to registrations and cancellations don't arrive, after the work is done. `refuse` is said
    about the next documents."""

    client: tuple[str, str] = ("client-1", "client-secret-1")
    user: tuple[str, str] = ("api_user", "Secret #1")
    gstins: set[str] = field(default_factory=set)
    kept: dict[str, Kept] = field(default_factory=dict)
    lose: int = 0
    refuse: list[Fault] = field(default_factory=list)
    tokens: dict[str, tuple[str, bytes, datetime]] = field(default_factory=dict)
    life: timedelta = timedelta(hours=6)
    shift: timedelta = timedelta()
    signs_with: str = "signing"
    calls: list[str] = field(default_factory=list)
    gate: threading.Semaphore | None = None

    @property
    def keys(self) -> dict[str, str]:
        """What a store enters."""
        return {
            "api_url": self.url,
            "client_id": self.client[0],
            "client_secret": self.client[1],
            "user_name": self.user[0],
            "password": self.user[1],
            "public_key": pem(rsa_key("login")),
            "signing_key": pem(rsa_key("signing")),
            "headers": "X-Subscription: abc",
        }

    def now(self) -> datetime:
        return (now() + self.shift).astimezone(INDIA)

    def take(self, sent: Sent) -> Answer:
        if self.gate is not None:
            self.gate.acquire(timeout=10)
        return super().take(sent)

    def answer(self, sent: Sent) -> Answer:
        key = b""
        try:
            gstin = self._headers(sent)
            if (sent.method, sent.path) == ("POST", AUTH):
                self.calls.append("login")
                return 200, {"Status": 1, "Data": self._log_in(sent, gstin), "ErrorDetails": None}
            key = self._session(sent, gstin)
            data = self._route(sent, gstin, key)
        except Fault as fault:
            return 200, _refused(fault, is_encoded=sent.path != AUTH)
        if self.lose and sent.method == "POST":
            self.lose -= 1
            return 504, {}
        sealed = seal(json.dumps(data).encode(), key)
        return 200, {"Status": 1, "Data": sealed, "ErrorDetails": None, "InfoDtls": None}

    def _headers(self, sent: Sent) -> str:
        given = (sent.headers.get("client_id"), sent.headers.get("client_secret"))
        if given != self.client or sent.headers.get("x-subscription") != "abc":
            raise Fault("1010", "Invalid Client-ID/Client-Secret")
        gstin = sent.headers.get("gstin", "")
        if gstin not in self.gstins:
            raise Fault("1015", "Invalid GSTIN for this user")
        return gstin

    def _log_in(self, sent: Sent, gstin: str) -> dict[str, Any]:
        try:
            sealed = base64.b64decode(json.loads(sent.raw)["Data"])
            login = json.loads(base64.b64decode(rsa_key("login").decrypt(sealed, PKCS1v15())))
        except ValueError:
            raise Fault("1013", "Decryption of password failed") from None
        if (login["UserName"], login["Password"]) != self.user:
            raise Fault("1008", "Invalid login credentials")
        app_key = base64.b64decode(login["AppKey"])
        assert len(app_key) == 32
        token, sek, ends_at = self.tokens.get(gstin, ("", b"", self.now()))
        left = ends_at - self.now()
        is_near = login["ForceRefreshAccessToken"] and left < timedelta(minutes=10)
        if left <= timedelta() or is_near:
            token, sek, ends_at = os.urandom(12).hex(), os.urandom(32), self.now() + self.life
            self.tokens[gstin] = (token, sek, ends_at)
        return {
            "ClientId": self.client[0],
            "UserName": self.user[0],
            "AuthToken": token,
            "Sek": seal(sek, app_key),
            "TokenExpiry": f"{ends_at:%Y-%m-%d %H:%M:%S}",
        }

    def _session(self, sent: Sent, gstin: str) -> bytes:
        token, sek, ends_at = self.tokens.get(gstin, ("", b"", self.now()))
        given = sent.headers.get("authtoken")
        if not token or given != token or ends_at <= self.now():
            raise Fault("1005", "Invalid Token")
        if sent.headers.get("user_name") != self.user[0]:
            raise Fault("1006", "User Name is required")
        return sek

    def _route(self, sent: Sent, gstin: str, key: bytes) -> dict[str, Any]:
        if (sent.method, sent.path) == ("GET", f"{INVOICE}/irnbydocdetails"):
            self.calls.append("find")
            asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
            return self._find(gstin, asked)
        body = json.loads(unseal(json.loads(sent.raw)["Data"], key))
        if sent.path == f"{INVOICE}/Cancel":
            self.calls.append("cancel")
            return self._cancel(body)
        assert sent.path == INVOICE
        self.calls.append("register")
        return self._register(gstin, body)

    def _register(self, gstin: str, payload: dict[str, Any]) -> dict[str, Any]:
        if self.refuse:
            raise self.refuse.pop(0)
        if payload["SellerDtls"]["Gstin"] != gstin:
            raise Fault("2143", "Invoice does not belongs to the user GSTIN")
        document = payload["DocDtls"]
        if not re.fullmatch(r"[1-9A-Z][0-9A-Z/-]{0,15}", document["No"]):
            raise Fault("2233", "Document Number should not start with 0, / and -")
        irn = irn_of(gstin, document)
        known = self.kept.get(irn)
        if known is not None and known.is_cancelled:
            raise Fault("2278", "IRN is already generated and is cancelled")
        if known is not None:
            what = {"AckNo": known.ack_number, "AckDt": _moment(known.ack_at), "Irn": irn}
            raise Fault("2150", "Duplicate IRN", [{"InfCd": "DUPIRN", "Desc": what}])
        number = 112_010_000_000_000 + len(self.kept)
        self.kept[irn] = Kept(irn, number, self.now(), payload)
        return self._show(self.kept[irn])

    def _find(self, gstin: str, asked: Mapping[str, str]) -> dict[str, Any]:
        document = {"Typ": asked["doctype"], "No": asked["docnum"], "Dt": asked["docdate"]}
        known = self.kept.get(irn_of(gstin, document))
        if known is None:
            raise Fault("2148", "Requested IRN data is not available")
        if self.now() - known.ack_at > timedelta(days=3):
            raise Fault(
                "2283", "IRN details cannot be provided as it is generated more than 3 days ago"
            )
        return self._show(known)

    def _cancel(self, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self.kept.get(body["Irn"])
        if known is None:
            raise Fault("2148", "Requested IRN data is not available")
        if body["CnlRsn"] not in ("1", "2", "3", "4") or not body["CnlRem"]:
            raise Fault("2142", "Incomplete request parameters")
        if known.is_cancelled:
            raise Fault("9999", "Invoice is not active")
        if self.now() - known.ack_at > timedelta(hours=24):
            raise Fault(
                "2270", "The allowed cancellation time limit is crossed, you cannot cancel the IRN"
            )
        known.is_cancelled = True
        return {"Irn": known.irn, "CancelDate": _moment(self.now())}

    def _show(self, known: Kept) -> dict[str, Any]:
        payload = known.payload
        invoice = {
            "AckNo": known.ack_number, "AckDt": _moment(known.ack_at), "Irn": known.irn, **payload
        }  # fmt: skip
        code = {
            "SellerGstin": payload["SellerDtls"]["Gstin"],
            "BuyerGstin": payload["BuyerDtls"]["Gstin"],
            "DocNo": payload["DocDtls"]["No"],
            "DocTyp": payload["DocDtls"]["Typ"],
            "DocDt": payload["DocDtls"]["Dt"],
            "TotInvVal": payload["ValDtls"]["TotInvVal"],
            "ItemCnt": len(payload["ItemList"]),
            "MainHsnCode": payload["ItemList"][0]["HsnCd"],
            "Irn": known.irn,
            "IrnDt": _moment(known.ack_at),
        }
        return {
            "AckNo": known.ack_number,
            "AckDt": _moment(known.ack_at),
            "Irn": known.irn,
            "SignedInvoice": self._signed(invoice),
            "SignedQRCode": self._signed(code),
            "Status": "CNL" if known.is_cancelled else "ACT",
        }

    def _signed(self, data: Mapping[str, Any]) -> str:
        claims = {"data": json.dumps(data, separators=(",", ":")), "iss": "NIC"}
        return jwt.encode(claims, rsa_key(self.signs_with), algorithm="RS256")


def irn_of(gstin: str, document: Mapping[str, str]) -> str:
    _day, month, year = map(int, document["Dt"].split("/"))
    first = year if month >= 4 else year - 1
    text = f"{gstin}{first}-{(first + 1) % 100:02}{document['Typ']}{document['No'].upper()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _refused(fault: Fault, *, is_encoded: bool) -> dict[str, Any]:
    """Errors of the login as JSON, all others as base64 of it: the documents have both."""
    details: Any = [{"ErrorCode": fault.code, "ErrorMessage": str(fault)}]
    if is_encoded:
        details = base64.b64encode(json.dumps(details).encode()).decode()
    return {"Status": 0, "Data": None, "ErrorDetails": details, "InfoDtls": fault.info}


def _moment(value: datetime) -> str:
    return f"{value.astimezone(INDIA):%Y-%m-%d %H:%M:%S}"


@contextmanager
def irp_server(*gstins: str) -> Iterator[IrpServer]:
    server = IrpServer(gstins=set(gstins))
    with serving(server):
        yield server
