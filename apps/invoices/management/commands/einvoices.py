"""`manage.py einvoices`: what waits for India's portal of e-invoices, and why."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.invoices import services as invoices
from apps.invoices.registered import age_warning
from apps.invoices.selectors import get_invoice_settings, list_open_einvoices
from apps.platform import selectors
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "List the documents that are not registered at the portal of e-invoices yet, in all stores or in those named: state, "
        "attempts, what was wrong last. Exit code 1 if one was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--store",
            action="append",
            default=[],
            metavar="SLUG",
            help="Short name; may be repeated (default: all stores).",
        )
        parser.add_argument(
            "--send", action="store_true", help="Ask the portal about what is due, first."
        )

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["store"]]
        self.outcome = {"stores": 0, "settled": 0, "einvoices": []}
        for store in named or selectors.list_active_stores():
            self.outcome["stores"] += 1
            self._report(store, sends=options["send"])
        if not self.outcome["einvoices"]:
            self.say("[green]Nothing waits for the portal of e-invoices.[/]")

    def _report(self, store: ActiveStore, *, sends: bool) -> None:
        """A store whose database does not answer does not stop the others."""
        try:
            with system_scope("einvoices"), use_store(store):
                if sends:
                    self.outcome["settled"] += invoices.send_due_einvoices()
                settings = get_invoice_settings()
                for row in list_open_einvoices():
                    self._add(
                        store,
                        number=row.document.number,
                        issued_on=row.document.issued_on,
                        state=row.state,
                        attempts=row.attempts,
                        due_at=row.due_at,
                        fault=row.fault,
                        warning=age_warning(row.document, settings),
                    )
        except (DomainError, DatabaseError) as error:
            self._add(store, number="", state="unknown", fault=type(error).__name__)

    def _add(self, store: ActiveStore, **facts: Any) -> None:
        self.outcome["einvoices"].append({"store": store.slug, **facts})
        self.is_bad = self.is_bad or facts["state"] in ("refused", "unknown")
        words = " ".join(filter(None, (facts["fault"], facts.get("warning"))))
        self.say(f"[red]{store.slug}[/] {facts['number']} {facts['state']} {words}".rstrip())
