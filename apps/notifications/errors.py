"""Errors of mails."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, LimitReached, NotFound


class NotAnAddress(InvalidInput):
    """The address can't receive mail."""

    code = "not_an_address"
    title = _("This is not an e-mail address.")


class SecretForgotten(Conflict):
    """The mail carried a code that is not kept once it has left."""

    code = "secret_forgotten"
    title = _("This mail carried a code that is not kept. Issue a new code instead.")


class UnknownMailKind(InvalidInput):
    """No app declares mails of this kind."""

    code = "unknown_mail_kind"
    title = _("There are no mails of this kind.")


class UnknownMail(NotFound):
    """No app declares this mail."""

    code = "unknown_mail"
    title = _("There is no such mail.")


class BadWording(InvalidInput):
    """The template can't be used; `fields` say in which line, and why."""

    code = "bad_wording"
    title = _("The mail can't be written like this.")


class WordingOvertaken(Conflict):
    """Another person saved the mail meanwhile."""

    code = "wording_overtaken"
    title = _(
        "Another person saved this mail meanwhile. Your text is kept in the form: compare, and save again."
    )


class TooManyTests(LimitReached):
    """Test mails have a rate."""

    code = "too_many_tests"
    title = _("That were many test mails. Please wait some minutes.")


class NothingToShow(InvalidInput):
    """There is no such mail about the order that staff chose for a preview."""

    code = "nothing_to_show"
    title = _("There is no such mail about this order.")
