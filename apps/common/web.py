"""Hosts, web addresses and e-mail addresses in their normal form: names of any script become `xn--` (IDNA 2008)."""

import ipaddress
import re
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import idna
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext

from apps.common.text import NotText, clean_code, clean_line, line_of

_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_GMAIL = frozenset(["gmail.com", "googlemail.com"])
_is_web_address = URLValidator(schemes=["https", "http"])
_SAFE = "/:?#[]@!$&'()*+,;=%~-._"


def clean_host(value: Any) -> str:
    """`Läden.Example.` as `xn--lden-loa.example`: lower case, ASCII, no final dot, no port.

    Raises `NotText` with a sentence that says what is wrong.
    """
    host = _DOTS.sub(".", clean_line(value)).lower().removesuffix(".")
    if not host:
        return ""
    if "://" in host or "/" in host:
        raise NotText(
            gettext("Write the host alone, such as shop.example.com, without https:// and path.")
        )
    if ":" in host:
        raise NotText(gettext("Write the host alone, without a port."))
    if not host.isascii():
        host = _to_ascii(host)
    if not _HOST.fullmatch(host):
        raise NotText(
            gettext(
                "This is not a host: letters, digits and hyphens, with dots between, such as shop.example.com."
            )
        )
    return host


def clean_email(value: Any, *, most: int = 254) -> str:
    """An e-mail address: lower case, its host in ASCII. "" for nothing. Raises `NotText`."""
    text = clean_code(value).lower()
    if not text:
        return ""
    name, at, host = text.rpartition("@")
    try:
        address = f"{name}{at}{clean_host(host)}" if at and not host.isascii() else text
        validate_email(address)
    except (NotText, ValidationError):
        raise NotText(gettext("Enter a valid e-mail address.")) from None
    if len(address) > most:
        raise NotText(gettext("At most %(most)s characters.") % {"most": most})
    return address


def normalize_email(email: str) -> str:
    """The form in which e-mail addresses are kept, looked up and compared; a text that is none is found nowhere."""
    try:
        return clean_email(email)
    except NotText:
        return line_of(email).lower()


def mailbox_of(email: str) -> str:
    """The same for all addresses that reach one mailbox, to count what one person may do so many times.

    `Asha.Rao+tea@googlemail.com` is `asharao@gmail.com`: what follows a plus is a label, and Gmail ignores dots. Never
    an address to write to.
    """
    name, _at, host = normalize_email(email).rpartition("@")
    name = name.partition("+")[0] or name
    if host in _GMAIL:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"


def hidden_email(email: str) -> str:
    """`a…@example.com`: for the owner of the address to know it by."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def clean_web_address(value: Any, *, most: int = 500) -> str:
    """An address that begins with https:// or http://, its host in ASCII, other letters percent-encoded.

    "" for nothing; a missing scheme is https. Raises `NotText`.
    """
    text = clean_line(value)
    if not text:
        return ""
    if "://" not in text:
        text = f"https://{text}"
    if not _has_port(text):
        raise NotText(
            gettext("The port is a number from 1 to 65535, such as https://example.com:8443/.")
        )
    address = _in_ascii(text)
    if address is None:
        raise NotText(gettext("Enter a web address that begins with https://."))
    if len(address) > most:
        raise NotText(gettext("At most %(most)s characters.") % {"most": most})
    return address


def _has_port(text: str) -> bool:
    """One that can be, or none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return True  # no address at all
    try:
        return parts.port != 0
    except ValueError:
        return False


def _in_ascii(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
        host = host if _is_ip(host) else clean_host(host)
        host = f"[{host}]" if ":" in host else host
        place = f"{host}:{port}" if port else host
        tail = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
        address = urlunsplit((parts.scheme.lower(), place, *tail))
        _is_web_address(address)
    except (ValueError, NotText, ValidationError):
        return None
    return None if " " in text or "@" in parts.netloc else address


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _to_ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise NotText(
            gettext("This host can't be written in domain names: %(error)s.") % {"error": error}
        ) from None
