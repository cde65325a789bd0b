"""Translates PostgreSQL's names of TLS modes for PyMySQL."""

import ssl
from collections.abc import Callable
from typing import Any, Final

Parameters = dict[str, Any]


def tls_parameters(mode: str, certificate: str | None = None) -> Parameters:
    """The arguments of `pymysql.connect` for an `sslmode`. `certificate` is the provider's CA (PEM text); the
    system's list of authorities is used without it. Raises `ValueError` for an unknown mode."""
    if mode not in MODES:
        raise ValueError(f"unknown TLS mode {mode!r}; known are {', '.join(MODES)}")
    return MODES[mode](certificate)


def _disable(_certificate: str | None) -> Parameters:
    return {"ssl_disabled": True}


def _prefer(_certificate: str | None) -> Parameters:
    """PyMySQL's own way: TLS where the server offers it, nothing verified."""
    return {}


def _require(_certificate: str | None) -> Parameters:
    """Encrypted; the server's identity is not verified."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}


def _verify_authority(certificate: str | None) -> Parameters:
    context = _trusting(certificate)
    context.check_hostname = False
    return {"ssl": context}


def _verify_all(certificate: str | None) -> Parameters:
    return {"ssl": _trusting(certificate)}


def _trusting(certificate: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=certificate or None)


MODES: Final[dict[str, Callable[[str | None], Parameters]]] = {
    "disable": _disable,
    "prefer": _prefer,
    "require": _require,
    "verify-ca": _verify_authority,
    "verify-full": _verify_all,
}
