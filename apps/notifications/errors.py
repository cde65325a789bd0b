"""Errors of mails."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput


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
