"""Errors of remittances."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput


class RemittanceFileTooLarge(InvalidInput):
    code = "remittance_too_large"
    title = _("The file is larger than 5 MB. Bring it in in parts.")


class RemittanceKnown(Conflict):
    """`details["remittance_id"]` is the remittance that was made of the same file."""

    code = "remittance_known"
    title = _("This file is there already.")
