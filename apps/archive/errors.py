"""Errors of archives. Sentences for the operator; nothing of a store's data is in them."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, Unprocessable


class ArchiveDamaged(Unprocessable):
    """Cut off, changed, or not an archive at all."""

    code = "archive_damaged"
    title = _("This archive is damaged or incomplete.")


class ArchiveLocked(InvalidInput):
    """The key is missing or wrong."""

    code = "archive_locked"
    title = _("This archive is encrypted; the passphrase or key given does not open it.")


class ArchiveNotFitting(Unprocessable):
    """The archive was written with other migrations than those of the place."""

    code = "archive_not_fitting"
    title = _("This archive does not fit the migrations of this installation.")


class PlaceNotEmpty(Conflict):
    """The place has rows that are not left from an interrupted restore."""

    code = "place_not_empty"
    title = _("The place already holds other rows; nothing was changed.")


class ScopeNotSystem(Unprocessable):
    """The reader does not see every row."""

    code = "scope_not_system"
    title = _("This connection does not see every row of the store, so no archive was written.")


class CopyDiffers(Unprocessable):
    """The data read back differs from the data written."""

    code = "copy_differs"
    title = _("The restored data differs from the archive.")
