"""`manage.py replay_inbox --store SLUG`: handles messages again that could not be handled, or puts them away."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from rich.markup import escape

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.common.progress import show_message
from apps.inbox.models import InboxMessage
from apps.inbox.selectors import find_messages, list_senders
from apps.inbox.services import dismiss_message, replay_message
from apps.inbox.sources import receives
from apps.inbox.states import InboxState
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = (
        "Handle messages from other systems again that were given up: all of a store, those of one sender, or single ones. "
        "With --list, show them; with --dismiss, leave them as they are: they need no decision any more. Exit code 1 if one "
        "can't be handled now either."
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
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--list", action="store_true", help="Show them, and change nothing.")
        way.add_argument("--dismiss", action="store_true", help="Dismiss them.")
        parser.add_argument(
            "--reason",
            default="",
            metavar="TEXT",
            help="Why they are dismissed, for the audit log.",
        )

    def work(self, options: dict[str, Any]) -> None:
        if options["reason"] and not options["dismiss"]:
            raise CommandError("--reason goes with --dismiss.")
        store = selectors.get_store(options["store"]).active_store
        with system_scope("replay_inbox"), use_store(store):
            messages = _find(options)
            if options["list"]:
                self.outcome = {"messages": [self._show(each) for each in messages]}
            elif options["dismiss"]:
                self._dismiss(messages, options["reason"])
            else:
                self._replay(messages)
        if not messages:
            self.say("No message was given up.")

    def _replay(self, messages: Sequence[InboxMessage]) -> None:
        failed = []
        for message in messages:
            try:
                after = replay_message(message=message)
            except DomainError as error:
                failed.append(self._show(message, str(error)))
                continue
            if after.state != InboxState.DONE:
                failed.append(self._show(after))
        self._sum_up(len(messages), "handled", failed)

    def _dismiss(self, messages: Sequence[InboxMessage], reason: str) -> None:
        failed = []
        for message in messages:
            try:
                dismiss_message(message=message, reason=reason)
            except DomainError as error:
                failed.append(self._show(message, str(error)))
        self._sum_up(len(messages), "dismissed", failed)

    def _show(self, message: InboxMessage, why: str = "") -> dict[str, str]:
        """Its id first, to be copied."""
        why = why or show_message(message.last_error) or "It waits."
        about = f"{message.source} {message.topic} {message.subject}".rstrip()
        self.say(escape(f"{message.pk} {about}: {why}"))
        return {"id": str(message.pk), "source": message.source, "topic": message.topic, "why": why}

    def _sum_up(self, tried: int, done: str, failed: list[dict[str, str]]) -> None:
        worked = tried - len(failed)
        self.outcome = {"tried": tried, done.replace(" ", "_"): worked, "failed": failed}
        if tried:
            self.say(f"[green]{worked}[/] of {_messages(tried)} {done}.")
        if failed:
            raise CommandError(f"{_messages(len(failed))} could not be {done}.")


def _find(options: dict[str, Any]) -> list[InboxMessage]:
    """A sender without a message and without an app is a slip of the hand."""
    source, ids = options["kind"], [str(each) for each in options["id"]]
    known = sorted({*receives.items(), *list_senders()})
    if source and source not in known:
        raise CommandError(f"No sender is called {source!r}. Known: {', '.join(known)}.")
    found = find_messages(source=source, topic=options["topic"], ids=ids)
    messages = list(found.defer("body", "repaired", "headers"))
    if len(messages) < len(set(ids)):
        raise CommandError("The store has no such message.")
    return messages


def _messages(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"
