"""`manage.py list_stores`: every store, one line each."""

from typing import Any

from django.core.management.base import CommandParser
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.platform.models import Store
from apps.platform.states import StoreStatus

_COLOURS = {
    StoreStatus.ACTIVE: "green",
    StoreStatus.SUSPENDED: "red",
    StoreStatus.PROVISIONING: "yellow",
    StoreStatus.DELETING: "yellow",
}


class Command(OperatorCommand):
    help = "List the stores: name, state, plan, place, address, orders."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--status", choices=StoreStatus.values, help="Only these.")
        parser.add_argument("--plan", help="Only stores on the plan with this code.")
        parser.add_argument(
            "--search", default="", help="Only stores whose name or host contains this text."
        )

    def work(self, options: dict[str, Any]) -> None:
        found = selectors.list_stores(
            status=options["status"] or "", plan=options["plan"] or "", search=options["search"]
        )
        self.outcome = [_present(store) for store in found]
        table = Table(box=None, pad_edge=False)
        for heading in ("Store", "Name", "State", "Plan", "Where", "Address", "Orders"):
            table.add_column(heading)
        for store, row in zip(found, self.outcome, strict=True):
            colour = _COLOURS.get(StoreStatus(store.status), "dim")
            state = row["status"] if store.is_published else f"{row['status']}, unpublished"
            table.add_row(
                store.slug,
                store.name,
                f"[{colour}]{state}[/]",
                row["plan"],
                row["place"],
                row["url"],
                f"{store.order_count:,}",
            )
        if found:
            self.say(table)
        self.say(f"{len(found)} store{'' if len(found) == 1 else 's'}.")


def _present(store: Store) -> dict[str, Any]:
    hosts = [domain.domain for domain in store.domains.all() if domain.is_primary]
    return {
        "id": str(store.pk),
        "slug": store.slug,
        "name": store.name,
        "status": store.status,
        "is_published": store.is_published,
        "reason": store.suspension_reason,
        "plan": store.plan.code,
        "subscription": store.subscription_status,
        "place": store.region if store.database_type == "shared" else store.database_type,
        "url": selectors.public_url(hosts[0]) if hosts else "",
        "sandbox_of": store.sandbox_of.slug if store.sandbox_of else None,
        "orders": store.order_count,
        "created_at": store.created_at,
        "last_activity_at": store.last_activity_at,
    }
