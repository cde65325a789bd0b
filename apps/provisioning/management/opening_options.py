"""Shared options of the commands that open a store: its name, owner, address and placement."""

from argparse import ArgumentParser, _ArgumentGroup
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from apps.common.errors import InvalidInput
from apps.placements.kinds import list_offered, require_offered
from apps.platform.models import DatabaseType
from apps.platform.selectors import get_owner
from apps.provisioning.management.config_file import HELP, read_config
from apps.tenancy.clusters import list_clusters


def add_opening(parser: ArgumentParser | _ArgumentGroup) -> None:
    parser.add_argument("--name", help="The name shown to customers.")
    parser.add_argument("--plan", help="free, starter, professional or enterprise.")
    parser.add_argument(
        "--owner", help="E-mail address of the platform user who is responsible for the store."
    )
    parser.add_argument("--host", default="", help="An additional host of the store.")
    parser.add_argument(
        "--database-type",
        default=DatabaseType.SHARED.value,
        help=f"Where its tables are: {', '.join(list_offered())}.",
    )
    parser.add_argument("--config", metavar="FILE", help=HELP)
    parser.add_argument(
        "--region", default="", help=f"Shared cluster: {', '.join(list_clusters())}."
    )


def require_email(text: str) -> None:
    """Raise `InvalidInput` before the opening if the owner's e-mail address is not valid."""
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidInput(
            gettext("%(value)s is not an e-mail address.") % {"value": f"{text[:80]!r}"}
        ) from None


def opening_of(options: dict[str, Any]) -> dict[str, Any]:
    """The options as `open_store` and `Opening` take them. Raises `PlacementNotSupported`, `InvalidInput`."""
    config = read_config(options["config"])
    require_offered(options["database_type"], config)
    return {
        "name": options["name"] or "",
        "owner": get_owner(options["owner"]) if options["owner"] else None,
        "plan": options["plan"],
        "host": options["host"],
        "database_type": options["database_type"],
        "config": config,
        "region": options["region"],
    }
