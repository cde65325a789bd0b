"""`manage.py check_domains`: looks for the records of the hosts of stores now, and lists which hosts get certificates."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.markup import escape
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.platform import selectors, services
from apps.platform.certificates import list_certificate_hosts
from apps.platform.models import Domain
from apps.platform.selectors.usage import is_custom
from apps.platform.states import CLAIMING


class Command(OperatorCommand):
    help = (
        "Look up the records of the hosts of stores now, as the clock does. With --certificates, list the hosts that get a "
        "certificate instead, one in a line. Exit code 1 if a verified host lost its record or points elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--store",
            action="append",
            default=[],
            metavar="SLUG",
            help="Short name or id; may be repeated (default: all).",
        )
        parser.add_argument(
            "--certificates",
            action="store_true",
            help="Look nothing up; list the hosts that get a certificate.",
        )

    def work(self, options: dict[str, Any]) -> None:
        stores = [selectors.get_store(slug) for slug in options["store"]]
        if options["certificates"]:
            rows = list_certificate_hosts()
            rows = rows.filter(tenant__in=stores) if stores else rows
            self.outcome = list(rows.values_list("domain", flat=True))
            for host in self.outcome:
                self.say(host)
            return
        found = Domain.objects.filter(status__in=CLAIMING).select_related("tenant")
        found = found.filter(tenant__in=stores) if stores else found
        hosts = [row for row in found.order_by("domain") if is_custom(row.domain)]
        self._look_at(hosts)

    def _look_at(self, hosts: list[Domain]) -> None:
        table = Table(box=None, pad_edge=False)
        for heading in ("Host", "Store", "State", "Record", "Points here"):
            table.add_column(heading, overflow="fold")
        self.outcome, bad = [], 0
        with self.watching("check", lines=False) as watch:
            for number, host in enumerate(hosts):
                watch(number / len(hosts), host.domain)
                row = services.check_domain(domain=host)
                is_bad = row.is_verified and (row.lost_at is not None or row.points_here is False)
                bad += is_bad
                fact = {"host": row.domain, "store": host.tenant.slug, **_facts(row)}
                self.outcome.append({**fact, "is_bad": is_bad})
                shown = [escape("" if value is None else str(value)) for value in fact.values()]
                table.add_row(*shown, style="red" if is_bad else None)
        if hosts:
            self.say(table)
        if bad:
            raise CommandError(
                "1 host needs attention." if bad == 1 else f"{bad} hosts need attention."
            )
        self.say(f"{len(hosts)} host{'' if len(hosts) == 1 else 's'} looked at.")


def _facts(row: Domain) -> dict[str, Any]:
    return {"state": row.status, "record": row.finding, "points_here": row.points_here}
