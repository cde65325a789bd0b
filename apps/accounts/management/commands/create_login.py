"""`manage.py create_login`: a login to a store's admin, or a new password for one."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from apps.accounts.logins import STAFF_ROLES, give_staff_login
from apps.accounts.passwords import link_days, make_password_link, send_password_link
from apps.common.errors import Conflict
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.provisioning.management.opening_options import require_email
from apps.tenancy.context import use_store

_NOT_OPEN = (StoreStatus.PROVISIONING, StoreStatus.DELETING)


class Command(StoreCommand):
    help = (
        "Make a login to a store's admin, or reset one. Prints a link to choose a password with, once, for a few days. "
        "Who has a login already keeps the old password until then, and the role unless --role says otherwise."
    )
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", help="E-mail address of the login.")
        parser.add_argument("--role", default="", choices=STAFF_ROLES, help="For a new login.")
        parser.add_argument("--mail", action="store_true", help="Mail the link as well.")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        require_email(options["email"])
        if store.status in _NOT_OPEN:
            raise Conflict(
                gettext("%(name)s is not open: it has no people yet, or none any more.")
                % {"name": store.name}
            )
        with use_store(store):
            login = give_staff_login(email=options["email"], role=options["role"])
            if options["mail"]:
                send_password_link(user=login.user)
            link = make_password_link(user=login.user)
        days = link_days()
        self.outcome = {
            "store": store.slug,
            "email": login.user.email,
            "role": login.user.role,
            "is_new": login.is_new,
            "link": link,
            "valid_days": days,
            "mailed": options["mail"],
        }
        done = "has a login now" if login.is_new else "can choose a new password"
        self.say(f"[green]{login.user.email}[/] {done}: {login.user.get_role_display()}.")
        self.say(f"The link works once, for {days} days. It is shown here only:")
        self.say(link)
