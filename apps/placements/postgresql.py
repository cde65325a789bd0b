"""A PostgreSQL database of the store's own. The tables are in a private schema there, never in `public`."""

import ssl
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db import connections
from django.utils.translation import gettext_lazy

from apps.common.errors import InvalidInput
from apps.placements import postgresql_preflight
from apps.placements.certificates import certificate_file
from apps.placements.configuration import (
    CERTIFICATE,
    DATABASE,
    HOST,
    PASSWORD,
    PORT,
    STRING,
    USER,
    ConfigField,
    Shape,
)
from apps.placements.report import Report
from apps.placements.shared_schema import SharedSchema
from apps.platform.models import DatabaseType
from apps.tenancy.context import ActiveStore, use_store
from apps.tenancy.routers import DEFAULT

POOLER_PORT: Final = 6543
POOLER_SENTENCE: Final = gettext_lazy(
    "Port 6543 is a transaction pooler: it mixes up the sessions of stores. "
    "Use the direct connection or the session pooler (port 5432)."
)
VERIFYING: Final = ("verify-ca", "verify-full")
ENCRYPTING: Final = ("require", *VERIFYING)
CONNECT_SECONDS: Final = 5
SSLMODE: Final = ConfigField(
    "sslmode",
    "TLS",
    help=gettext_lazy(
        "require: encrypted. verify-full: the server is verified by the CA certificate as well."
    ),
    choices=("disable", "prefer", *ENCRYPTING),
)
SHAPE: Final = Shape(
    schemes=("postgresql", "postgres"),
    port=5432,
    fields=(HOST, PORT, DATABASE, USER, PASSWORD, SSLMODE, CERTIFICATE),
    parameters={"sslmode": "sslmode"},
)


class OwnPostgreSQL(SharedSchema):
    """Works like the shared schema: inside `use_store()` the connection is the store's own."""

    database_type: ClassVar[str] = DatabaseType.POSTGRESQL
    fields: ClassVar[tuple[ConfigField, ...]] = (STRING, *SHAPE.fields)

    @classmethod
    def clean_config(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        values = SHAPE.parse(config)
        if values["port"] == POOLER_PORT:
            raise InvalidInput(POOLER_SENTENCE, fields={"config.port": [POOLER_SENTENCE]})
        # encrypted unless configured otherwise, verified as soon as there is something to verify by
        values.setdefault("sslmode", "verify-full" if "caCertificate" in values else "require")
        return values

    @classmethod
    def database_settings(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """Our own backend: the search path follows the active store here as it does on the shared cluster."""
        values = dict(config)
        return {
            "ENGINE": "apps.tenancy.backend",
            "NAME": values["database"],
            "USER": values["user"],
            "PASSWORD": values["password"],
            "HOST": values["host"],
            "PORT": str(values["port"]),
            "PIN_ADDRESS": True,
            "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **tls_options(values)},
        }

    @classmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        values = dict(config)
        parameters = {
            "host": values["host"],
            "port": str(values["port"]),
            "dbname": values["database"],
            "user": values["user"],
            "password": values["password"],
            "connect_timeout": CONNECT_SECONDS,
            **tls_options(values),
        }
        return postgresql_preflight.examine_postgresql(parameters, store=store)

    def create(self) -> int:
        with use_store(self.active_store), connections[DEFAULT].cursor() as cursor:
            ensure_extensions(cursor)
        return super().create()


def tls_options(values: Mapping[str, Any]) -> dict[str, str]:
    """libpq's TLS parameters. A given certificate is written to a file, because libpq reads only files."""
    mode = str(values.get("sslmode") or "require")
    options = {"sslmode": mode}
    certificate = str(values.get("caCertificate") or "")
    if certificate:
        options["sslrootcert"] = str(certificate_file(certificate))
    elif mode in VERIFYING and (known := ssl.get_default_verify_paths().cafile):
        options["sslrootcert"] = known
    return options


EXTENSIONS: Final = ("pg_trgm",)


def ensure_extensions(cursor: Any) -> None:
    """Create the extension for search, in the last schema of the search path. Skipped without the privilege; the
    preflight reports that."""
    cursor.execute(
        "SELECT e.name FROM pg_catalog.pg_available_extensions e "
        "WHERE e.name = ANY(%s) AND e.installed_version IS NULL "
        "AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')",
        [list(EXTENSIONS)],
    )
    missing = [row[0] for row in cursor.fetchall()]
    if missing:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS extensions")
    for name in missing:
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA extensions")
