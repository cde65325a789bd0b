"""Errors of users and their addresses."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LimitReached,
    NotFound,
    Unavailable,
)


class EmailTaken(Conflict):
    code = "email_taken"
    title = _("This e-mail address is registered here already.")


class InvalidPerson(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_person"
    title = _("Some of these details are not valid.")


class AddressNotFound(NotFound):
    code = "address_not_found"
    title = _("There is no such address.")


class InvalidAddress(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_address"
    title = _("Some of the address is missing or not valid.")


class TooManyAddresses(LimitReached):
    code = "too_many_addresses"
    title = _("You can keep up to 30 addresses. Please delete one you no longer need.")


class MailNotSent(Unavailable):
    code = "mail_not_sent"
    title = _("The mail server does not accept mail right now. Try again in a few minutes.")


class LinkNotValid(Forbidden):
    """One sentence for each case: it does not say which links exist."""

    code = "link_not_valid"
    title = _(
        "This link was used already, is older than a minute, or belongs to another store. Ask for a new one where you got it."
    )


class NoVisits(Forbidden):
    code = "no_visits"
    title = _("You are not allowed to enter this store's admin.")


class LooksOnly(Forbidden):
    code = "looks_only"
    title = _(
        "This visit looks only: it changes nothing and takes no files along. The owners of the store can allow more."
    )
