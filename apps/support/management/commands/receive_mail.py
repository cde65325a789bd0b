"""`manage.py receive_mail STORE < file.eml`: for a mail server that passes mails to a program."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.support import services as support
from apps.support.limits import MAX_MAIL_BYTES
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = "Take a mail of a store's support desk from standard input, as it came (RFC 5322)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="The store's short name or id.")

    def work(self, options: dict[str, Any]) -> None:
        store = selectors.get_store(options["slug"]).active_store
        raw = sys.stdin.buffer.read(MAX_MAIL_BYTES + 1)
        with system_scope("receive_mail"), use_store(store):
            mail = support.receive_mail(raw)
        self.outcome = {"mail": str(mail.pk), "bytes": mail.size}
        self.say(f"The mail is kept ({mail.size} bytes) and will be handled by the worker.")
