"""Limits what is looked up by what is sent: the query parameters of a list to its filters, fields with a search to ids."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

from apps.backoffice.searched_ids import showing_known_ids

# A filter compares whole values. `startswith` or `regex` would let a reader guess a column letter by letter.
_WHOLE = frozenset(
    {
        "exact",
        "in",
        "isnull",
        "isempty",
        "gt",
        "gte",
        "lt",
        "lte",
        "date",
        "year",
        "month",
        "day",
        "id",
        "pk",
    }
)


class GuardedLookups:
    """For a `ModelAdmin`. Django lets an address filter by every column of the model: by a password's hash, too."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether `lookup` (such as `status__exact`) belongs to a filter of the list. A name that is no column is
        the parameter of a filter of our own; Django refuses the unknown ones later."""
        if not self._is_column(lookup.split(LOOKUP_SEP)[0]):
            return True
        return any(_fits(lookup, name) for name in self._filtered(request))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A refused parameter leads to the list without a filter, like an invalid value."""
        try:
            return super().get_changelist_instance(request)  # type: ignore[misc]  # of the ModelAdmin
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters from error

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # of the ModelAdmin
        return showing_known_ids(db_field, field)

    def _is_column(self, name: str) -> bool:
        opts: Any = self.opts  # type: ignore[attr-defined]  # of the ModelAdmin
        try:
            opts.get_field(opts.pk.name if name == "pk" else name)
        except FieldDoesNotExist:
            return False
        return True

    def _filtered(self, request: HttpRequest | None) -> set[str]:
        opts: Any = self.opts  # type: ignore[attr-defined]  # of the ModelAdmin
        filters: Any = (
            self.get_list_filter(request)  # type: ignore[attr-defined]  # of the ModelAdmin
            if request is not None
            else self.list_filter  # type: ignore[attr-defined]  # of the ModelAdmin
        )
        names = {"pk", opts.pk.name}
        for item in filters:
            field = item[0] if isinstance(item, (list, tuple)) else item
            names.add(field if isinstance(field, str) else field.parameter_name)
        date: str | None = self.date_hierarchy  # type: ignore[attr-defined]  # of the ModelAdmin
        return names | ({date} if date else set())


def _fits(lookup: str, name: str) -> bool:
    if lookup == name:
        return True
    if not lookup.startswith(name + LOOKUP_SEP):
        return False
    return _WHOLE.issuperset(lookup.removeprefix(name + LOOKUP_SEP).split(LOOKUP_SEP))
