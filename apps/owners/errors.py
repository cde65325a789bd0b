"""Errors of accounts that own stores."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict


class LinkUsed(Conflict):
    code = "link_used"
    title = _("This link was used: the account exists. Log in with its password.")


class AccountClosed(Conflict):
    code = "account_closed"
    title = _("This account is closed.")
