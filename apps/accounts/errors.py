"""Errors of users and their addresses."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, LimitReached, NotFound, Unavailable


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
