"""The mails about a store itself, and about accounts."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from apps.accounts.mails import make_token
from apps.notifications.mail_registry import MailType, flag, link, mail_type, moment, number, text

mail_type(
    MailType(
        code="store_status",
        name=_("State of the store, to its owners"),
        sent_when=_("The platform suspends, reinstates, archives, publishes or hides the store."),
        variables=(
            text(
                "change",
                _("What happened: suspended, reinstated, archived, published or unpublished"),
                "reinstated",
            ),
            text("reason", _("The reason, as the platform wrote it"), _("The plan is paid again.")),
            text("contact", _("Where to ask"), "platform@example.com"),
            link("url", _("The admin, while it is open"), "https://chai.example/admin/"),
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="plan_limit",
        name=_("Limit of the plan comes near, to its owners"),
        sent_when=_("A month's orders reach 80, 100 or 120 % of what the plan allows."),
        variables=(
            text("plan", _("The plan"), "Starter"),
            number("percent", _("The share that is reached"), 80),
            number("used", _("Orders of this month"), 800),
            number("allowed", _("Orders that the plan allows in a month"), 1000),
            text("contact", _("Where to ask"), "platform@example.com"),
            link("url", _("The plan and its usage"), "https://chai.example/admin/plan/"),
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="host_news",
        name=_("A host needs attention, to the store's owners"),
        sent_when=_(
            "The record of a host was not found in seven days, is missing since a day, or another store has proved the host."
        ),
        variables=(
            text("host", _("The host"), "shop.example.com"),
            flag("is_expired", _("The record was not found in time"), example=True),
            flag("is_lost", _("The record of a verified host is missing")),
            flag("is_taken", _("Another store has proved the host")),
            text("record_name", _("The name of the record"), "_polystore.shop.example.com"),
            text("record_value", _("Its value"), "polystore-4fV0aQ"),
            text("contact", _("Where to ask"), "platform@example.com"),
            link("url", _("The page of the hosts"), "https://chai.example/admin/domains/"),
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="store_visit",
        name=_("Visit in the admin, to its owners"),
        sent_when=_("Support of the platform, or an owner, enters the store's admin by a link."),
        variables=(
            text("who", _("Who came"), _("Asha Rao (support of the platform)")),
            text(
                "reason", _("The reason that was given"), _("Your question about shipping zones.")
            ),
            moment("until", _("The latest end of the visit"), "14 March 2026, 18:30"),
            flag("may_change", _("Whether the visit may change something")),
            text("contact", _("Where to ask"), "platform@example.com"),
            link(
                "url",
                _("The visits, and what support may do"),
                "https://chai.example/admin/support-access/",
            ),
        ),
        to_staff=True,
    )
)
_URL: Final = "https://chai.example/account/"
mail_type(
    MailType(
        code="welcome",
        name=_("Welcome"),
        sent_when=_("A customer has registered."),
        variables=(
            text("email", _("The address of the account"), "asha@example.com"),
            link("url", _("The account"), _URL),
        ),
        required=("url",),
    )
)
mail_type(
    MailType(
        code="password_link",
        name=_("Link for a new password"),
        sent_when=_("A customer has forgotten the password."),
        variables=(
            link("url", _("Where the password is chosen, once"), f"{_URL}password/reset/key/x-y/"),
            number("days", _("How many days the link works"), 3),
        ),
        required=("url",),
        make_secret=make_token,
    )
)
mail_type(
    MailType(
        code="staff_password_link",
        name=_("Link for a password, to staff"),
        sent_when=_("A member of staff gets a login, or has forgotten the password."),
        variables=(
            link(
                "url",
                _("Where the password is chosen, once"),
                "https://chai.example/admin/password/new/x/y/",
            ),
            number("days", _("How many days the link works"), 3),
        ),
        to_staff=True,
        required=("url",),
        make_secret=make_token,
    )
)
mail_type(
    MailType(
        code="no_account",
        name=_("No account with this address"),
        sent_when=_("A new password was requested for an address without an account."),
        variables=(link("url", _("Where an account is made"), f"{_URL}signup/"),),
        required=("url",),
    )
)
mail_type(
    MailType(
        code="password_changed",
        name=_("Password changed"),
        sent_when=_("The password of an account was changed."),
        variables=(
            moment("moment", _("When"), "14 March 2026, 18:30"),
            link("url", _("Where a new password is requested"), f"{_URL}password/reset/"),
        ),
        required=("url",),
    )
)
