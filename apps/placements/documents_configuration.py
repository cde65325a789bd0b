"""The connection string of a MongoDB of the store's own: parsed, checked, and split from the database's configuration.

Messages name fields, never values. Options that read files of this machine or call other services (certificates by
path, proxies, cloud identities) are refused.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.utils.translation import gettext, gettext_lazy

from apps.common.errors import InvalidInput
from apps.placements.certificates import certificate_file
from apps.placements.configuration import ConfigField, parse_fields

URI: Final = "documentsConnectionString"
CERTIFICATE: Final = "documentsCaCertificate"
DOCUMENTS_FIELDS: Final = (
    ConfigField(
        URI,
        gettext_lazy("MongoDB connection string"),
        help=gettext_lazy(
            "For documents in a MongoDB of the store's own: mongodb+srv://user:password@host/database. "
            "Percent-encode the special characters of the password."
        ),
        secret=True,
    ),
    ConfigField(
        CERTIFICATE,
        gettext_lazy("MongoDB CA certificate"),
        help=gettext_lazy(
            "The provider's certificate (PEM), where it is not one of the system's own list."
        ),
        multiline=True,
    ),
)
NAMES: Final = frozenset(field.name for field in DOCUMENTS_FIELDS)
SCHEMES: Final = ("mongodb", "mongodb+srv")
DEFAULT_DATABASE: Final = "polystore"
MOST_HOSTS: Final = 7
CONNECT_MS: Final = 3_000
SELECT_MS: Final = 3_000

_HOST = re.compile(
    r"\A(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?\Z"
)
_DATABASE = re.compile(r"\A[A-Za-z0-9_-]{1,63}\Z")
_SERVERS_OWN: Final = ("admin", "local", "config")
_PLACEHOLDER = re.compile(r"<[^>@]*password>|\[?YOUR[-_]PASSWORD\]?", re.IGNORECASE)
_NAME = r"[\w .$-]{1,100}"
_BOOLEAN = "true|false"
# The parameters that a connection string may have, and their values.
_PARAMETERS: Final = {
    name.lower(): (name, re.compile(rf"\A(?:{pattern})\Z"))
    for name, pattern in {
        "appName": _NAME,
        "authMechanism": "SCRAM-SHA-1|SCRAM-SHA-256|DEFAULT",
        "authSource": _NAME,
        "directConnection": _BOOLEAN,
        "replicaSet": _NAME,
        "retryReads": _BOOLEAN,
        "retryWrites": _BOOLEAN,
        "ssl": _BOOLEAN,
        "tls": _BOOLEAN,
        "w": "majority|[1-9]",
    }.items()
}


def split_config(config: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Splits a configuration into the database's part and the documents' part."""
    given = dict(config or {})
    documents = {name: given.pop(name) for name in NAMES & given.keys()}
    return given, {name: value for name, value in documents.items() if value not in (None, "")}


def clean_documents_config(config: Mapping[str, Any]) -> dict[str, str]:
    """The values as they are stored: the address without credentials, and these beside it; {} for an empty one.
    Raises `InvalidInput` naming the field."""
    texts = parse_fields(DOCUMENTS_FIELDS, config)
    if not texts:
        return {}
    certificate = texts.get(CERTIFICATE, "")
    if certificate and "-----BEGIN CERTIFICATE-----" not in certificate:
        raise _wrong(
            gettext("A certificate in PEM form begins with BEGIN CERTIFICATE."), CERTIFICATE
        )
    values = _parse(texts.get(URI, ""))
    return {**values, "caCertificate": certificate} if certificate else values


def client_options(config: Mapping[str, Any]) -> dict[str, Any]:
    """PyMongo's options beside the address and the credentials."""
    options: dict[str, Any] = {
        "connectTimeoutMS": CONNECT_MS,
        "serverSelectionTimeoutMS": SELECT_MS,
        "uuidRepresentation": "standard",
        "tz_aware": False,
    }
    if certificate := str(config.get("caCertificate") or ""):
        options["tlsCAFile"] = str(certificate_file(certificate))
    return options


def is_encrypted(config: Mapping[str, Any]) -> bool:
    """Whether the connection is encrypted and the server's certificate verified."""
    return "tls=true" in str(config["uri"])


def _parse(text: str) -> dict[str, str]:
    if text.partition("://")[0] not in SCHEMES:
        raise _wrong(
            gettext("A connection string of MongoDB begins with mongodb:// or mongodb+srv://.")
        )
    if _PLACEHOLDER.search(text):
        raise _wrong(gettext("Put the password in the place of the placeholder."))
    try:
        url = urlsplit(text)
    except ValueError:
        raise _wrong(
            gettext("This can't be parsed. Percent-encode the password's special characters.")
        ) from None
    login, _, hosts = url.netloc.rpartition("@")
    user, _, password = login.partition(":")
    if not user or not password or url.fragment or "@" in login:
        raise _wrong(
            gettext(
                "User and password are required: mongodb://user:password@host. Percent-encode the "
                "password's special characters (@ is %40, / is %2F, # is %23)."
            )
        )
    _require_hosts(hosts, is_srv=url.scheme == "mongodb+srv")
    database = url.path.removeprefix("/")
    if database and (not _DATABASE.match(database) or database in _SERVERS_OWN):
        raise _wrong(
            gettext(
                "The database name has letters, digits, - and _ only, and is not one of the server's "
                "own databases."
            )
        )
    return {
        "uri": f"{url.scheme}://{hosts}/{database}?{urlencode(_parameters(url.query))}",
        "database": database or DEFAULT_DATABASE,
        "user": unquote(user),
        "password": unquote(password),
    }


def _require_hosts(text: str, *, is_srv: bool) -> None:
    hosts = text.split(",")
    found = [_HOST.match(host) for host in hosts]
    if not all(found) or len(hosts) > MOST_HOSTS:
        raise _wrong(gettext("Give host names or addresses: no socket files, seven at most."))
    ports = [match[1] for match in found if match is not None and match[1]]
    if any(not 0 < int(port) < 65536 for port in ports):
        raise _wrong(gettext("A port is a number from 1 to 65535."))
    if is_srv and (len(hosts) > 1 or ports):
        raise _wrong(gettext("mongodb+srv:// takes one host name without a port."))


def _parameters(query: str) -> dict[str, str]:
    """Encrypted unless configured otherwise."""
    values = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        known = _PARAMETERS.get(name.lower())
        if known is None:
            raise _wrong(
                gettext("The parameter %(value)s is not supported here.")
                % {"value": f"{name[:40]!r}"}
            )
        if not known[1].match(value):
            raise _wrong(
                gettext("The parameter %(value)s can't have this value.")
                % {"value": f"{known[0]!r}"}
            )
        values[known[0]] = value
    values["tls"] = values.pop("ssl", values.get("tls", "true"))
    return values


def _wrong(sentence: str, name: str = URI) -> InvalidInput:
    return InvalidInput(sentence, fields={f"config.{name}": [sentence]})
