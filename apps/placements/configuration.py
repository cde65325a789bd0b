"""The one parser of connection configurations: a connection string or separate fields in, plain checked values out.

Messages name fields, never values: a configuration holds a password.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from apps.common.errors import InvalidInput

CONNECTION_STRING: Final = "connectionString"
MAX_LENGTH: Final = 1_000
MAX_CERTIFICATE: Final = 100_000
NEEDED: Final = gettext_lazy("This is needed.")
UNKNOWN: Final = gettext_lazy("Unknown option.")
EITHER: Final = gettext_lazy("Give either the connection string or the separate fields, not both.")
ONE_HOST: Final = gettext_lazy("Give one host name or address: no list of hosts, no socket file.")

_HOST = re.compile(r"\A[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z|\A[0-9A-Fa-f:.]{2,45}\Z")
_PLACEHOLDER = re.compile(r"\[?YOUR[-_]PASSWORD\]?", re.IGNORECASE)


@dataclass(frozen=True)
class ConfigField:
    """One field of a configuration, as a form or a command shows it. A secret is never shown again."""

    name: str
    label: StrOrPromise
    help: StrOrPromise = ""
    required: bool = False
    secret: bool = False
    multiline: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""


HOST = ConfigField("host", gettext_lazy("Host"), required=True)
PORT = ConfigField("port", gettext_lazy("Port"))
DATABASE = ConfigField("database", gettext_lazy("Database"), required=True)
USER = ConfigField("user", gettext_lazy("User"), required=True)
PASSWORD = ConfigField("password", gettext_lazy("Password"), required=True, secret=True)
CERTIFICATE = ConfigField(
    "caCertificate",
    gettext_lazy("CA certificate"),
    help=gettext_lazy(
        "The provider's certificate (PEM). With it the server's identity is verified."
    ),
    multiline=True,
)
STRING = ConfigField(
    CONNECTION_STRING,
    gettext_lazy("Connection string"),
    help=gettext_lazy(
        "Instead of the separate fields. Special characters of the password are percent-encoded."
    ),
    secret=True,
)


@dataclass(frozen=True)
class Shape:
    """The configuration of one kind of placement. `parameters`: the accepted parameters of a connection string, and the
    field of each."""

    schemes: tuple[str, ...]
    port: int
    fields: tuple[ConfigField, ...]
    parameters: Mapping[str, str]

    def parse(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The values by the names of the fields, `port` a number, defaults filled in. Raises `InvalidInput`
        with `config.<name>` for everything that is missing, wrong or not known."""
        given = _as_texts(config, {field.name for field in self.fields} | {CONNECTION_STRING})
        texts = self._with_connection_string(given)
        texts.setdefault("port", str(self.port))
        _refuse(self._wrong(texts))
        defaults = {field.name: field.default for field in self.fields if field.default}
        return {**defaults, **texts, "port": int(texts["port"])}

    def _with_connection_string(self, given: dict[str, str]) -> dict[str, str]:
        text = given.pop(CONNECTION_STRING, "")
        if not text:
            return given
        twice = [name for name in ("host", "port", "database", "user") if given.get(name)]
        _refuse(dict.fromkeys(twice, EITHER))
        return {**self._parse_url(text), **given}

    def _parse_url(self, text: str) -> dict[str, str]:
        known = gettext("It begins with %(scheme)s://") % {"scheme": self.schemes[0]}
        scheme = text.partition("://")[0]
        if scheme not in self.schemes:
            raise _wrong_string(
                gettext("This is not a connection string of this kind of database. %(known)s")
                % {"known": known}
            )
        if _PLACEHOLDER.search(text):
            raise _wrong_string(
                gettext("Put the database's password in the place of [YOUR-PASSWORD].")
            )
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError:
            raise _wrong_string(
                gettext(
                    "This can't be parsed. Percent-encode the special characters of the password, or "
                    "give it separately."
                )
            ) from None
        if url.fragment or "," in url.netloc:
            raise _wrong_string(
                ONE_HOST if "," in url.netloc else gettext("A # in the password is written %23.")
            )
        values = self._parts(url) | self._parse_parameters(url.query)
        if port is not None:
            values["port"] = str(port)
        return {name: value for name, value in values.items() if value}

    def _parts(self, url: SplitResult) -> dict[str, str]:
        return {
            "host": unquote(url.hostname or ""),
            "database": unquote(url.path.removeprefix("/")),
            "user": unquote(url.username or ""),
            "password": unquote(url.password or ""),
        }

    def _parse_parameters(self, query: str) -> dict[str, str]:
        values = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name not in self.parameters:
                raise _wrong_string(
                    gettext("The parameter %(value)s is not supported here.")
                    % {"value": f"{name[:40]!r}"}
                )
            values[self.parameters[name]] = value
        return values

    def _wrong(self, values: Mapping[str, str]) -> dict[str, StrOrPromise]:
        """The error messages by field."""
        wrong: dict[str, StrOrPromise] = {
            field.name: NEEDED
            for field in self.fields
            if field.required and not values.get(field.name)
        }
        if values.get("host") and not _HOST.match(values["host"]):
            wrong["host"] = ONE_HOST
        if not values["port"].isdecimal() or not 0 < int(values["port"]) < 65536:
            wrong["port"] = gettext("A port is a number from 1 to 65535.")
        for field in self.fields:
            if field.choices and values.get(field.name, field.choices[0]) not in field.choices:
                wrong[field.name] = gettext("One of: %(field)s.") % {
                    "field": ", ".join(field.choices)
                }
        certificate = values.get("caCertificate", "")
        if certificate and "-----BEGIN CERTIFICATE-----" not in certificate:
            wrong["caCertificate"] = gettext(
                "A certificate in PEM form begins with BEGIN CERTIFICATE."
            )
        return wrong


def parse_fields(fields: tuple[ConfigField, ...], config: Mapping[str, Any]) -> dict[str, str]:
    """Values that describe no connection, such as an access token. Raises `InvalidInput` like `Shape.parse`."""
    texts = _as_texts(config, {field.name for field in fields})
    _refuse({field.name: NEEDED for field in fields if field.required and field.name not in texts})
    return texts


def _as_texts(config: Mapping[str, Any], known: set[str]) -> dict[str, str]:
    """Texts with surrounding spaces removed; empty ones are left out."""
    texts: dict[str, str] = {}
    wrong: dict[str, StrOrPromise] = {}
    for name, value in config.items():
        if name not in known:
            wrong[str(name)[:60]] = UNKNOWN
        elif not isinstance(value, str | int) or isinstance(value, bool):
            wrong[name] = gettext("This must be text.")
        elif problem := _unfit(name, str(value)):
            wrong[name] = problem
        elif text := str(value).strip():
            texts[name] = text
    _refuse(wrong)
    return texts


def _unfit(name: str, text: str) -> str:
    if name.lower().endswith("cacertificate"):
        return gettext("This is too long.") if len(text) > MAX_CERTIFICATE else ""
    if len(text) > MAX_LENGTH:
        return gettext("This is too long.")
    control = any(ord(letter) < 32 or ord(letter) == 127 for letter in text.strip())
    return gettext("This contains control characters.") if control else ""


def _refuse(wrong: Mapping[str, StrOrPromise]) -> None:
    if wrong:
        fields = {f"config.{name}": [text] for name, text in wrong.items()}
        raise InvalidInput(gettext("The connection settings are incomplete."), fields=fields)


def _wrong_string(sentence: StrOrPromise) -> InvalidInput:
    return InvalidInput(sentence, fields={f"config.{CONNECTION_STRING}": [sentence]})
