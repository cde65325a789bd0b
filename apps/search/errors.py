"""Errors of the search backends. Nothing of them reaches a page: the SQL index answers instead."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Unavailable


class SearchUnavailable(Unavailable):
    """The backend does not answer, or has no whole copy of this store."""

    code = "search_unavailable"
    title = _("The search server does not answer.")


class LeftToSql(SearchUnavailable):
    """The backend is well; the SQL index is better at this search."""


class StillSilent(SearchUnavailable):
    """The server did not answer some seconds ago and was not asked again: what is logged once."""
