"""The checks of a merchant's MariaDB or MySQL before a store is placed there. Read-only, over a connection of its own."""

from collections.abc import Mapping
from typing import Any, Final

import pymysql
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django_stubs_ext import StrOrPromise

from apps.placements.report import Report
from apps.tenancy.addresses import resolve
from apps.tenancy.errors import HostRefused
from apps.tenancy.mysql.addresses import connect_pinned
from apps.tenancy.mysql.tls import tls_parameters

OLDEST_MARIADB: Final = (10, 6)
OLDEST_MYSQL: Final = (8, 0, 17)
NEEDED_RIGHTS: Final = frozenset(
    ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES")
)

# Errors of server and driver by number, with our message. Their own messages name users and hosts.
FAILURES: Final[Mapping[int, tuple[StrOrPromise, StrOrPromise]]] = {
    1044: (gettext_lazy("This user may not use this database."), gettext_lazy("GRANT ALL ON the database to the user.")),
    1045: (gettext_lazy("The database refuses this user and password."), gettext_noop("Check both, and the host the user may come from.")),
    1049: (gettext_lazy("There is no database of this name."), gettext_noop("Create it first, or correct the name.")),
    1040: (gettext_lazy("The database takes no more connections."), gettext_noop("Raise its limit, or close other programs' connections.")),
    1130: (gettext_lazy("The server refuses connections from our address."), gettext_noop("Allow our address there.")),
    1203: (gettext_lazy("This user has no connections left."), gettext_noop("Raise the user's limit.")),
    1226: (gettext_lazy("This user has no connections left."), gettext_noop("Raise the user's limit.")),
    1251: (gettext_lazy("The server's way of logging in is not supported."), gettext_noop("Use mysql_native_password, caching_sha2_password or ed25519.")),
    2005: (gettext_lazy("The host name is not known."), gettext_noop("Correct it.")),
    2026: (gettext_lazy("The server does not speak TLS as it was asked to."), gettext_noop("Switch TLS on there, or choose `disable` if the network in between is private.")),
}  # fmt: skip
UNREACHABLE: Final = (
    gettext_lazy("The database can't be reached."),
    gettext_lazy("Check host and port, the firewall, and with TLS the CA certificate."),
)


def examine_mysql(config: Mapping[str, Any], *, timeout: int) -> Report:
    """All findings in the order of the checks; a problem of the connection ends them."""
    report = Report()
    try:
        resolve(str(config["host"]), config["port"])
    except HostRefused as error:
        report.refuse("host", str(error), gettext("Give the public host name of the database."))
        return report
    try:
        with connect_pinned(_parameters(config, timeout)) as connection:
            report.ok("connection", gettext("The database accepts the connection."))
            _look_at(connection, report, str(config.get("sslmode", "require")))
    except (pymysql.Error, OSError) as error:
        text, advice = explain(error)
        report.refuse("connection", text, advice)
    return report


def explain(error: BaseException) -> tuple[StrOrPromise, StrOrPromise]:
    """The error and its remedy, without the driver's message."""
    number = error.args[0] if error.args else None
    return FAILURES.get(number, UNREACHABLE) if isinstance(number, int) else UNREACHABLE


def _parameters(config: Mapping[str, Any], timeout: int) -> dict[str, Any]:
    return {
        "host": config["host"],
        "port": int(config["port"]),
        "user": config["user"],
        "password": config["password"],
        "database": config["database"],
        "charset": "utf8mb4",
        "connect_timeout": timeout,
        "read_timeout": timeout,
        "write_timeout": timeout,
        **tls_parameters(
            str(config.get("sslmode", "require")), config.get("caCertificate") or None
        ),
    }


def _look_at(connection: Any, report: Report, mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_version'")
        row = cursor.fetchone()
        report.look_at_tls(encrypted=bool(row and row[1]), mode=mode)
        _look_at_version(connection, report)
        _look_at_server(cursor, report)
        _look_at_rights(cursor, report)
        report.measure(lambda: cursor.execute("SELECT 1"))


def _look_at_version(connection: Any, report: Report) -> None:
    said = connection.get_server_info().removeprefix("5.5.5-")
    is_mariadb = "mariadb" in said.lower()
    name, oldest = ("MariaDB", OLDEST_MARIADB) if is_mariadb else ("MySQL", OLDEST_MYSQL)
    shown = said.partition("-")[0]
    numbers = tuple(int(part) for part in shown.split(".") if part.isdecimal())
    if numbers < oldest:
        needed = ".".join(map(str, oldest))
        report.refuse(
            "version",
            gettext("%(name)s %(value)s is too old.") % {"name": name, "value": shown},
            gettext("%(needed)s or newer is needed.") % {"needed": needed},
        )
    else:
        report.ok("version", gettext("%(name)s %(value)s.") % {"name": name, "value": shown})


def _look_at_server(cursor: Any, report: Report) -> None:
    cursor.execute(
        "SELECT @@global.read_only, @@global.log_bin, @@global.binlog_format, "
        "(SELECT support FROM information_schema.engines WHERE engine = 'InnoDB')"
    )
    is_read_only, has_log, log_format, innodb = cursor.fetchone()
    if is_read_only:
        report.refuse(
            "server",
            gettext("The server is read-only."),
            gettext("Use the primary, not a replica."),
        )
    if innodb not in ("YES", "DEFAULT"):
        report.refuse(
            "server",
            gettext("The server has no InnoDB."),
            gettext("Switch it on: other engines lose data."),
        )
    if has_log and log_format == "STATEMENT":
        report.refuse(
            "server",
            gettext("The server logs statements, which READ COMMITTED transactions can't use."),
            gettext("Set binlog_format to ROW or MIXED."),
        )


def _look_at_rights(cursor: Any, report: Report) -> None:
    """Privileges of a role can't be listed on all servers; with a role, the migrations show what is missing."""
    cursor.execute(
        "SELECT privilege_type FROM information_schema.user_privileges "
        "UNION SELECT privilege_type FROM information_schema.schema_privileges "
        "WHERE DATABASE() LIKE table_schema"
    )
    rights = {row[0].upper() for row in cursor.fetchall()}
    cursor.execute("SELECT CURRENT_ROLE()")
    has_role = cursor.fetchone()[0] not in (None, "", "NONE")
    missing = sorted(NEEDED_RIGHTS - rights)
    if missing and not has_role:
        report.refuse(
            "rights",
            gettext("The user lacks %(missing)s.") % {"missing": ", ".join(missing)},
            gettext("GRANT ALL ON the database to the user."),
        )
        return
    report.ok("rights", gettext("The user may create the store's tables."))
    if "TRIGGER" not in rights and not has_role:
        report.warn(
            "triggers",
            gettext("The user may not create triggers: history could be changed by raw SQL."),
            gettext("GRANT TRIGGER ON the database to the user."),
        )
