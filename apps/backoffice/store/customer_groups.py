"""Customer groups in the list of customers: a filter, and two actions for each group."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.prices import services as prices
from apps.prices.models import CustomerGroup
from apps.prices.selectors import list_groups

CHANGES: Final = "prices.change_customergroup"
_MOST_GROUPS: Final = 20  # a longer list of actions is no list any more

Action = Callable[[Any, HttpRequest, QuerySet[Any]], None]


class GroupFilter(DropdownFilter):
    title = _("group")
    parameter_name = "price_group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list_groups()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            chosen = UUID(self.value() or "")
        except ValueError:
            return queryset
        return queryset.filter(price_groups__group=chosen)


def group_actions(request: HttpRequest) -> dict[str, tuple[Action, str, str]]:
    """For those who may change groups; more than some groups have their own page alone."""
    if not request.user.has_perm(CHANGES):
        return {}
    found: dict[str, tuple[Action, str, str]] = {}
    for pk, name in list_groups()[:_MOST_GROUPS]:
        for verb, words in (
            ("add", gettext("Put into the group %(name)s")),
            ("remove", gettext("Take out of the group %(name)s")),
        ):
            key = f"{verb}_group_{pk}"
            found[key] = (partial(_change, verb, UUID(pk)), key, words % {"name": name})
    return found


def _change(
    verb: str, group_id: UUID, model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> None:
    if not request.user.has_perm(CHANGES):
        raise PermissionDenied
    group = CustomerGroup.objects.filter(pk=group_id).first()
    if group is None:
        messages.info(request, gettext("This group is gone already."))
        return
    ids = list(queryset.order_by().values_list("pk", flat=True))
    if verb == "add":
        count = prices.add_to_group(group=group, customer_ids=ids)
        words = ngettext(
            "%(count)s customer was put into %(name)s.",
            "%(count)s customers were put into %(name)s.",
            count,
        )
    else:
        count = prices.remove_from_group(group=group, customer_ids=ids)
        words = ngettext(
            "%(count)s customer was taken out of %(name)s.",
            "%(count)s customers were taken out of %(name)s.",
            count,
        )
    messages.success(request, words % {"count": count, "name": group.name})
