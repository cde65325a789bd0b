"""What the portal signed (JWS, RS256): opened, compared with the document, and checked with the portal's key where it is known."""

from collections.abc import Mapping
from typing import Any, Final

import jwt
import orjson
from django.utils.translation import gettext

from apps.invoices.portal import keys as names
from apps.invoices.portal.base import Fault, PortalRefused, Registered
from apps.invoices.portal.sealing import read_keys_of

_ALGORITHM: Final = "RS256"
# Documents have no end: only the signature counts.
_ONLY_SIGNATURE: Final[Any] = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def check_signed(found: Registered, *, gstin: str, number: str, keys: Mapping[str, Any]) -> bool:
    """Whether the signatures were checked. Raises `PortalRefused` for what the portal has not signed, or not for this
    document: nothing of it may be printed."""
    certificates = read_keys_of(keys[names.SIGNING_KEY]) if keys.get(names.SIGNING_KEY) else []
    invoice = _open(found.signed_invoice, certificates)
    code = _open(found.signed_qr, certificates)
    said = {
        str(invoice.get("Irn") or "").lower(),
        str(code.get("Irn") or "").lower(),
        found.irn,
    }
    numbers = {
        str(_part(invoice, "DocDtls", "No")).upper(),
        str(code.get("DocNo") or "").upper(),
        number.upper(),
    }
    sellers = {str(_part(invoice, "SellerDtls", "Gstin")), str(code.get("SellerGstin")), gstin}
    if len(said) > 1 or len(numbers) > 1 or len(sellers) > 1:
        raise _refused(gettext("The portal's answer is about another document."))
    return bool(certificates)


def _open(token: str, certificates: list[Any]) -> Mapping[str, Any]:
    for certificate in certificates:
        try:
            return _content(
                jwt.decode(token, certificate, algorithms=[_ALGORITHM], options=_ONLY_SIGNATURE)
            )
        except jwt.InvalidTokenError:
            continue
    if certificates:
        raise _refused(gettext("The signature is not the portal's."))
    try:
        return _content(jwt.decode(token, options={"verify_signature": False}))
    except jwt.InvalidTokenError:
        raise _refused(gettext("The portal's answer has no signed invoice.")) from None


def _content(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    data = claims.get("data")
    try:
        content = orjson.loads(data) if isinstance(data, str) else data
    except ValueError:
        content = None
    if not isinstance(content, Mapping):
        raise _refused(gettext("The portal's answer has no signed invoice."))
    return content


def _part(content: Mapping[str, Any], block: str, name: str) -> Any:
    found = content.get(block)
    return found.get(name) if isinstance(found, Mapping) else None


def _refused(sentence: str) -> PortalRefused:
    return PortalRefused([Fault("signature", sentence)])
