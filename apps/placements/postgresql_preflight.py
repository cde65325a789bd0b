"""The checks of a merchant's PostgreSQL before a store is placed there. Read-only, over connections of its own."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django_stubs_ext import StrOrPromise

from apps.placements.report import Report
from apps.placements.schema_occupancy import is_another_store, read_schema
from apps.tenancy.addresses import pinned
from apps.tenancy.context import ActiveStore
from apps.tenancy.errors import HostRefused
from apps.tenancy.poolers import is_pooled_by_transaction

OLDEST_VERSION: Final = 140_000  # what Django 5.2 supports
FEW_CONNECTIONS: Final = 10

Connection = psycopg.Connection[Any]

# What libpq says (in English, whatever the server's language: the ones below are its own or by code) and what it means.
# The message itself names users and hosts, so it is never shown.
FAILURES: Final = (
    (
        "password authentication failed",
        gettext_lazy("The database refuses this user and password."),
        gettext_lazy("Check both; a password in a connection string is percent-encoded."),
    ),
    (
        "no password supplied",
        gettext_lazy("The database asks for a password."),
        gettext_lazy("Give it in the configuration."),
    ),
    (
        "does not support SSL",
        gettext_lazy("The server does not speak TLS."),
        gettext_lazy("Switch TLS on there, or choose `disable` if the network in between is private."),
    ),
    (
        "certificate verify failed",
        gettext_lazy("The server's certificate is not signed by the given CA."),
        gettext_lazy("Download the CA certificate of this very database from its provider."),
    ),
    (
        "server certificate for",
        gettext_lazy("The server's certificate is for another host name."),
        gettext_lazy("Use the host name the provider gives."),
    ),
    (
        "root certificate file",
        gettext_lazy("There is no CA certificate to verify the server with."),
        gettext_lazy("Paste the provider's CA certificate, or choose `require`."),
    ),
    (
        "Tenant or user not found",
        gettext_lazy("The pooler does not know this user."),
        gettext_lazy("On Supabase's pooler the user is `postgres.<project reference>`, and the region must be the project's."),
    ),
    ("no pg_hba.conf entry", gettext_lazy("The server refuses this user from our address."), gettext_noop("Allow our address there, with TLS.")),
    ("Connection refused", gettext_lazy("Nothing answers on this host and port."), gettext_noop("Check both, and the firewall.")),
    ("timeout expired", gettext_lazy("The host did not answer in time."), gettext_noop("Check host, port and firewall.")),
    ("Network is unreachable", gettext_lazy("The host can't be reached from this server."), gettext_noop("It may have only an IPv6 address: use the session pooler.")),
    ("No route to host", gettext_lazy("The host can't be reached from this server."), gettext_noop("Check the firewall.")),
)  # fmt: skip
NO_DATABASE: Final = (
    gettext_lazy("There is no database of this name."),
    gettext_noop("Create it first, or correct the name."),
)
FULL: Final = (
    gettext_lazy("The database takes no more connections."),
    gettext_lazy("Raise its limit, or close other programs' connections."),
)
UNKNOWN: Final = (
    gettext_lazy("The database can't be reached."),
    gettext_lazy("Check host, port, database, user and password."),
)


def examine_postgresql(parameters: Mapping[str, Any], *, store: ActiveStore | None) -> Report:
    """All findings in the order of the checks; a problem of the connection ends them."""
    report = Report()
    try:
        pinned_parameters = pinned(dict(parameters))
    except HostRefused as error:
        report.refuse("host", str(error), gettext("Give the public host name of the database."))
        return report
    try:
        with psycopg.connect(**pinned_parameters, autocommit=True) as connection:
            report.ok("connection", gettext("The database accepts the connection."))
            _look_at(connection, report, parameters, store)
            if report.is_good:
                _look_for_pooler(pinned_parameters, report)
    except psycopg.OperationalError as error:
        text, advice = explain(error)
        report.refuse("connection", text, advice)
    except psycopg.Error:
        report.refuse(
            "connection", gettext("The database answered in an unexpected way."), UNKNOWN[1]
        )
    return report


def explain(error: psycopg.Error) -> tuple[StrOrPromise, StrOrPromise]:
    """The error and its remedy, without the driver's message, which names hosts and users."""
    said, state = str(error), error.sqlstate or ""
    if state == "53300" or "too many connections" in said or "max clients" in said.lower():
        return FULL
    if state == "3D000" or ("database" in said and "does not exist" in said):
        return NO_DATABASE
    for start, text, advice in FAILURES:
        if start.lower() in said.lower():
            return text, advice
    return UNKNOWN


def _look_at(
    connection: Connection, report: Report, parameters: Mapping[str, Any], store: ActiveStore | None
) -> None:
    mode = str(parameters.get("sslmode", ""))
    report.look_at_tls(encrypted=connection.pgconn.ssl_in_use, mode=mode)
    _look_at_server(connection, report)
    _look_at_rights(connection, report, store)
    _look_at_tables(connection, report, store)
    _look_at_extensions(connection, report)
    report.measure(lambda: connection.execute("SELECT 1"))


def _look_at_server(connection: Connection, report: Report) -> None:
    version = connection.info.server_version
    shown = f"{version // 10_000}.{version % 10_000}"
    if version < OLDEST_VERSION:
        report.refuse(
            "version",
            gettext("PostgreSQL %(shown)s is too old.") % {"shown": shown},
            gettext("Version 14 or newer is needed."),
        )
    else:
        report.ok("version", gettext("PostgreSQL %(value)s.") % {"value": shown})
    row = connection.execute(
        "SELECT pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') = 'on', "
        "pg_catalog.current_setting('server_encoding'), "
        "pg_catalog.current_setting('max_connections')::int, d.datconnlimit, r.rolconnlimit "
        "FROM pg_catalog.pg_database d, pg_catalog.pg_roles r "
        "WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user"
    ).fetchone()
    assert row is not None
    read_only, encoding, *limits = row
    if read_only:
        report.refuse(
            "writable",
            gettext("The database is read-only."),
            gettext("Connect to the primary, not to a replica."),
        )
    if encoding != "UTF8":
        report.refuse(
            "encoding",
            gettext("The database's encoding is %(encoding)s.") % {"encoding": encoding},
            gettext("Create it with encoding UTF8."),
        )
    most = min(limit for limit in limits if limit >= 0)
    if most < FEW_CONNECTIONS:
        report.warn(
            "connections",
            gettext("The database takes only %(most)s connections at once.") % {"most": most},
            gettext("Every web and worker process may hold two: raise the limit."),
        )


def _look_at_rights(connection: Connection, report: Report, store: ActiveStore | None) -> None:
    schema = store.schema if store is not None else ""
    row = connection.execute(
        "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), "
        "(SELECT pg_catalog.pg_has_role(n.nspowner, 'USAGE') FROM pg_catalog.pg_namespace n WHERE n.nspname = %s), "
        "r.rolsuper OR r.rolbypassrls, "
        "pg_catalog.to_regclass('public.platform_store') IS NOT NULL "
        "FROM pg_catalog.pg_roles r WHERE r.rolname = current_user",
        [schema],
    ).fetchone()
    assert row is not None
    may_create, is_owner, is_mighty, is_master = row
    if is_master:
        report.refuse(
            "place",
            gettext("This is a platform's own database."),
            gettext("Choose the shared cluster, or another database."),
        )
    if is_owner is False or (is_owner is None and not may_create):
        report.refuse(
            "rights",
            gettext("This user may not create a schema there."),
            gettext("As the owner: GRANT CREATE ON DATABASE ... TO the user."),
        )
    else:
        report.ok("rights", gettext("The user may create the store's schema and tables."))
    if is_mighty:
        report.warn(
            "role",
            gettext("The user is a superuser or bypasses row-level security."),
            gettext(
                "Create a separate user for the store, so that the database enforces row-level security."
            ),
        )


def _look_at_tables(connection: Connection, report: Report, store: ActiveStore | None) -> None:
    """Whether other tables exist there. A store's own tables are checked at its opening."""
    with connection.cursor() as cursor:
        if store is not None:
            mark, tables = read_schema(cursor, store.schema)
            if is_another_store(mark, store.id) or (tables and not mark):
                report.refuse(
                    "tables",
                    gettext("The schema %(schema)s holds tables that are not this store's.")
                    % {"schema": store.schema},
                    gettext("Use another database."),
                )
                return
            if tables:
                report.ok(
                    "tables",
                    gettext("The store's %(tables)s tables are there.") % {"tables": len(tables)},
                )
                return
        cursor.execute(
            "SELECT count(*) FROM pg_catalog.pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'extensions')"
        )
        row = cursor.fetchone()
    count = row[0] if row else 0
    others = (
        f"{count} tables of other programs exist and stay untouched" if count else "It is empty"
    )
    report.ok(
        "tables", gettext("%(others)s; the store gets a schema of its own.") % {"others": others}
    )


def _look_at_extensions(connection: Connection, report: Report) -> None:
    rows = connection.execute(
        "SELECT a.name, n.nspname FROM pg_catalog.pg_available_extensions a "
        "LEFT JOIN pg_catalog.pg_extension e ON e.extname = a.name "
        "LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace "
        "WHERE a.name = 'pg_trgm'"
    ).fetchall()
    elsewhere = [name for name, schema in rows if schema not in (None, "extensions")]
    if not rows or elsewhere:
        report.warn(
            "extensions",
            gettext("The extension pg_trgm is not in a schema that search uses."),
            gettext(
                "Install it in a schema `extensions`; without it, searches for parts of words are slow."
            ),
        )


def _look_for_pooler(parameters: Mapping[str, Any], report: Report) -> None:
    if is_pooled_by_transaction(parameters):
        report.refuse(
            "pooler",
            gettext(
                "This is a transaction pooler: sessions share server processes, and stores would be "
                "mixed up."
            ),
            gettext("Use the direct connection, or the pooler in session mode."),
        )
    else:
        report.ok("pooler", gettext("No transaction pooler was detected."))
