"""`manage.py replay_inbox --store SLUG`: handles messages again that could not be handled."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.inbox.selectors import find_messages
from apps.inbox.services import replay_messages
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = (
        "Handle messages from other systems again that were given up: all of a store, those of one sender, or single ones. "
        "Exit code 1 if one can't be handled now either."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--store", required=True, metavar="SLUG", help="Short name or id.")
        parser.add_argument(
            "--kind", default="", metavar="SOURCE", help="Sender, such as easyecom or stripe."
        )
        parser.add_argument(
            "--topic", default="", metavar="TOPIC", help="What it is about, such as orders."
        )
        parser.add_argument(
            "--id",
            action="append",
            default=[],
            type=UUID,
            metavar="ID",
            help="One message, in whatever state; may be repeated.",
        )

    def work(self, options: dict[str, Any]) -> None:
        store = selectors.get_store(options["store"]).active_store
        ids = [str(each) for each in options["id"]]
        with system_scope("replay_inbox"), use_store(store):
            found = find_messages(source=options["kind"], topic=options["topic"], ids=ids)
            messages = list(found.defer("body", "repaired", "headers"))
            if len(messages) < len(set(ids)):
                raise CommandError("The store has no such message.")
            tried, handled = replay_messages(messages=messages)
        self.outcome = {"tried": tried, "handled": handled}
        self.say(f"[green]{handled}[/] of {tried} messages handled.")
        if handled < tried:
            raise CommandError(f"{tried - handled} messages could not be handled.")
