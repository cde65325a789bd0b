"""Filters of admin lists that unfold does not have, or has without a time zone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.forms import DateField, TimeField, ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter, RangeDateTimeFilter

from apps.backoffice.columns import words
from apps.common.clock import end_of, moment_at, start_of

MOST_VALUES: Final = 200
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)


class MomentRangeFilter(RangeDateTimeFilter):  # type: ignore[misc]  # unfold has no types
    """From and to, in the time zone of the active store or the platform. A day without a time is the whole day, on both
    ends; unreadable input is refused as an invalid filter."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            begin, end = self._moment("from"), self._moment("to")
        except OverflowError as error:
            raise ValidationError(gettext("The calendar ends there.")) from error
        if begin is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": begin})
        if end is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": end})
        return queryset

    def _moment(self, side: str) -> datetime | None:
        """The first moment that belongs to the range, or the first behind it."""
        day, _ = self._read(side, 0, DateField())
        clock, text = self._read(side, 1, TimeField())
        if day is None:
            return None
        if side == "from":
            return start_of(day) if clock is None else moment_at(day, clock)
        if clock is None:
            return end_of(day)
        typed = _SECOND if text.count(":") > 1 else _MINUTE  # 18:30 lasts until 18:31
        return moment_at(day, clock, is_last=True) + typed

    def _read(self, side: str, part: int, field: DateField | TimeField) -> tuple[Any, str]:
        text = str(self.used_parameters.get(f"{self.parameter_name}_{side}_{part}") or "").strip()
        return field.clean(text) if text else None, text


class DayRangeFilter(RangeDateFilter):  # type: ignore[misc]  # unfold has no types
    """From and to, both days included; unreadable input is refused as an invalid filter."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for side, lookup in (("from", "gte"), ("to", "lte")):
            text = str(self.used_parameters.get(f"{self.parameter_name}_{side}") or "").strip()
            if text:
                day = DateField().clean(text)
                queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": day})
        return queryset


def name_filters(filters: Iterable[Any], labels: Mapping[str, Any]) -> None:
    """Each filter has the label of its column as its title; Unfold would write "By placed at"."""
    for one in filters:
        path = str(getattr(one, "field_path", ""))
        title = str(labels[path]) if path in labels else str(one.title)
        one.title = capfirst(title)
        one.choices = _titled(one.choices, one.title)


def _titled(list_choices: Callable[[Any], Iterable[Any]], title: str) -> Callable[[Any], Any]:
    def choices(changelist: Any) -> Iterator[Any]:
        for choice in list_choices(changelist):
            fields = choice["form"].fields if "form" in choice else {}
            if len(fields) == 1:
                next(iter(fields.values())).label = title
            yield choice

    return choices


def values_filter(
    field: str, heading: str | Promise, say: Callable[[str], str] = words
) -> type[DropdownFilter]:
    """The values of a column in words; rows without a value can't be chosen."""

    class ValuesFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
        title = heading
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            rows = model_admin.model._default_manager.exclude(**{field: ""}).order_by(field)
            found = rows.values_list(field, flat=True).distinct()[:MOST_VALUES]
            return [(value, say(value)) for value in found]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    return ValuesFilter
