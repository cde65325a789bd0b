"""The placements by the store's `database_type`."""

from collections.abc import Mapping
from copy import copy
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy

from apps.placements.base import Placement
from apps.placements.mysql import OwnMySQL
from apps.placements.postgresql import OwnPostgreSQL
from apps.placements.shared_schema import SharedSchema
from apps.placements.supabase import Supabase
from apps.platform.errors import PlacementNotSupported
from apps.platform.models import DatabaseType, Store
from apps.platform.selectors.stores import get_database_config
from apps.platform.services.integrations import replace_database_config

PLACEMENTS: Final[dict[str, type[Placement]]] = {
    placement.database_type: placement
    for placement in (SharedSchema, OwnPostgreSQL, Supabase, OwnMySQL)
}
# What people may choose, in the order of the forms.
OFFERED: Final = tuple(DatabaseType(kind) for kind in PLACEMENTS)

SUPABASE_KEY_ONLY: Final = gettext_lazy(
    "A Supabase project URL with a service role key opens the project's storage, not its tables. "
    "Tables need the connection string of the database (Project settings, Database), or an access token, "
    "an organization and a region for a new project."
)


def placement_of(store: Store) -> Placement:
    """The placement of a store. Raises `PlacementNotSupported` for an unsupported kind."""
    kind = kind_of(store.database_type)
    if store.database_type == DatabaseType.SHARED:
        return kind(store.active_store)
    return kind(
        store.active_store,
        get_database_config(store),
        save_config=partial(replace_database_config, store),
    )


def place_at(store: Store, database_type: str, region: str) -> Store:
    """A copy of the store's row with another place. Never saved."""
    elsewhere = copy(store)
    elsewhere.database_type, elsewhere.region = database_type, region
    return elsewhere


def kind_of(database_type: str) -> type[Placement]:
    """The class of a kind of database. Raises `PlacementNotSupported`."""
    kind = PLACEMENTS.get(database_type)
    if kind is None:
        raise _not_supported()
    return kind


def list_offered() -> list[str]:
    """The kinds of database a person can choose for a new store."""
    return [str(kind.value) for kind in OFFERED]


def clean_config(database_type: str, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """The configuration as it is stored. Raises `InvalidInput` if it is not valid."""
    return kind_of(database_type).clean_config(config or {})


def require_offered(database_type: str, config: Mapping[str, Any] | None = None) -> None:
    """Raise `PlacementNotSupported` unless people may choose this kind."""
    given = config or {}
    is_key_only = "serviceRoleKey" in given and not (
        {"connectionString", "accessToken"} & set(given)
    )
    if database_type == DatabaseType.SUPABASE and is_key_only:
        raise PlacementNotSupported(SUPABASE_KEY_ONLY, fields={"config": [SUPABASE_KEY_ONLY]})
    if database_type not in list_offered():
        raise _not_supported()


def _not_supported() -> PlacementNotSupported:
    sentence = gettext("Supported here: %(offered)s.") % {"offered": ", ".join(list_offered())}
    return PlacementNotSupported(sentence, fields={"database_type": [sentence]})
