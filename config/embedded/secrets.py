"""Keys and passwords of this checkout, made once and kept in `<local>/secrets.env` (0600).

No secret has a default in the code: missing secrets are generated here.
"""

import base64
import os
import secrets
from collections.abc import Callable

from config.embedded.paths import Local, write_private


def _token() -> str:
    return secrets.token_urlsafe(24)


def _key() -> str:
    return secrets.token_urlsafe(48)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


KEYS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _key,
    "CREDENTIALS_KEYS": _fernet_key,
    "JWT_SECRET": _key,
}
LOGINS: dict[str, Callable[[], str]] = {
    "ADMIN_EMAIL": lambda: "admin@polystore.example",
    "ADMIN_PASSWORD": lambda: secrets.token_urlsafe(9),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
}
PASSWORDS: dict[str, Callable[[], str]] = {
    "POSTGRES_ADMIN_PASSWORD": _token,
    "POSTGRES_PASSWORD": _token,
    "DOCUMENTS_PASSWORD": _token,
    "VALKEY_PASSWORD": _token,
}


def read_secrets(local: Local) -> dict[str, str]:
    """The secrets there are; empty before the first `up`."""
    try:
        lines = local.secrets.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def ensure_secrets(local: Local) -> dict[str, str]:
    """Generate missing secrets; existing ones never change. Call it under the lock."""
    known = read_secrets(local)
    missing = {
        name: make() for name, make in {**KEYS, **LOGINS, **PASSWORDS}.items() if name not in known
    }
    if missing:
        known |= missing
        lines = [
            "# Made for this checkout only. Read access to this file gives access to its databases."
        ]
        lines += [f"{name}={value}" for name, value in known.items()]
        write_private(local.secrets, "\n".join(lines) + "\n")
    return known
