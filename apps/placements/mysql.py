"""A MariaDB or MySQL database of the store's own, which holds nothing else."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy

from apps.placements import mysql_occupancy, mysql_preflight
from apps.placements.base import Occupancy, Placement
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
from apps.placements.release import mysql_migrating, template
from apps.placements.release.mysql_journal import TABLE as JOURNAL
from apps.placements.report import Report
from apps.platform.models import DatabaseType
from apps.tenancy import required
from apps.tenancy.context import ActiveStore, use_store

SSLMODE: Final = ConfigField(
    "sslmode",
    "TLS",
    help=gettext_lazy(
        "require: encrypted. verify-full: the server is verified by the CA certificate as well."
    ),
    choices=("disable", "prefer", "require", "verify-ca", "verify-full"),
)
SHAPE: Final = Shape(
    schemes=("mysql", "mariadb"),
    port=3306,
    fields=(HOST, PORT, DATABASE, USER, PASSWORD, SSLMODE, CERTIFICATE),
    parameters={"sslmode": "sslmode"},
)
CONNECT_SECONDS: Final = 5
# DDL on a big table is slow; a server that stopped responding is detected after this time.
ANSWER_SECONDS: Final = 120
TIMEOUTS: Final = {
    "connect_timeout": CONNECT_SECONDS,
    "read_timeout": ANSWER_SECONDS,
    "write_timeout": ANSWER_SECONDS,
}


class OwnMySQL(Placement):
    """MariaDB 10.6+ or MySQL 8. DDL is not transactional there: a repeated `create` or `migrate` continues an
    interrupted one."""

    database_type: ClassVar[str] = DatabaseType.MYSQL
    fields: ClassVar[tuple[ConfigField, ...]] = (STRING, *SHAPE.fields)

    @classmethod
    def clean_config(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        values = SHAPE.parse(config)
        # encrypted unless configured otherwise, verified as soon as there is something to verify by
        values.setdefault("sslmode", "verify-full" if "caCertificate" in values else "require")
        return values

    @classmethod
    def database_settings(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ENGINE": "apps.tenancy.mysql",
            "NAME": config["database"],
            "USER": config["user"],
            "PASSWORD": config["password"],
            "HOST": config["host"],
            "PORT": str(config["port"]),
            "PIN_ADDRESS": True,
            "OPTIONS": {
                **TIMEOUTS,
                "sslmode": config.get("sslmode", "require"),
                "certificate": config.get("caCertificate") or None,
            },
        }

    @classmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        return mysql_preflight.examine_mysql(config, timeout=CONNECT_SECONDS)

    def occupancy(self) -> Occupancy:
        with use_store(self.active_store):
            return mysql_occupancy.occupancy_of_database(self.active_store.id)

    def list_tables(self) -> frozenset[str]:
        with use_store(self.active_store):
            return frozenset(mysql_migrating.list_tables()) - {JOURNAL}

    def required_schema(self) -> frozenset[str]:
        return required.list_required_tables()

    def create(self) -> int:
        """By Django's own migrations; the number of tables that are there afterwards."""
        self._migrate()
        return len(self.list_tables())

    def migrate(self) -> bool:
        """False when nothing was missing."""
        with use_store(self.active_store):
            if not mysql_migrating.is_behind():
                return False
        self._migrate()
        return True

    def _migrate(self) -> None:
        reference = template.ensure_reference()
        with use_store(self.active_store):
            mysql_migrating.migrate(reference, store_id=self.active_store.id, tell=self.when_made)

    def drop(self) -> None:
        with use_store(self.active_store):
            mysql_migrating.drop_tables(self.required_schema() | {JOURNAL})
