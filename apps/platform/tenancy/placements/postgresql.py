"""A PostgreSQL database of the store's own. The tables stand in a private schema there, never in `public`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from apps.common.errors import InvalidInput
from apps.platform.models import DatabaseType, Store
from apps.platform.names import require_schema_name
from apps.platform.tenancy.placements.shared_schema import SharedSchema

REQUIRED: Final = ("host", "database", "user", "password")
OPTIONAL: Final = ("port", "sslmode")


class OwnPostgreSQL(SharedSchema):
    """The same recording and the same verbs: inside `use_store()` the connection is the store's own."""

    database_type: ClassVar[str] = DatabaseType.POSTGRESQL

    @classmethod
    def require_config(cls, config: Mapping[str, Any]) -> None:
        fields = {
            f"config.{name}": ["This is needed."] for name in REQUIRED if not config.get(name)
        }
        known = {*REQUIRED, *OPTIONAL}
        fields |= {f"config.{name}": ["This is not known."] for name in config if name not in known}
        if str(config.get("port", "5432")) == "6543":
            fields["config.port"] = [
                "This is a transaction pooler. Use the direct connection or the session pooler (5432)."
            ]
        if fields:
            raise InvalidInput("The connection is not described completely.", fields=fields)

    def unreachable_sentence(self) -> str:
        return "The store's database does not answer, or refuses this user and password."


def database_settings(store: Store, config: Mapping[str, Any]) -> dict[str, Any]:
    """Django's settings for the alias of this store. The search path is fixed: nobody else uses the connection."""
    schema = require_schema_name(store.schema_name)
    values = dict(config)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": values["database"],
        "USER": values["user"],
        "PASSWORD": values["password"],
        "HOST": values["host"],
        "PORT": str(values.get("port", "5432")),
        "OPTIONS": {
            "connect_timeout": 5,
            "sslmode": values.get("sslmode", "prefer"),
            "options": f"-c search_path={schema},extensions",
        },
    }
