"""The store's audit log and outbox."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.backoffice.audit_log import AuditEntryAdmin
from apps.backoffice.records import OutboxMessageAdmin
from apps.backoffice.sites import store_admin
from apps.common.text import line_of
from apps.events.models import AuditEntry, OutboxMessage
from apps.orders.finding import find_by_number

RECENT: Final = 5000


class StoreOutboxMessageAdmin(OutboxMessageAdmin):
    """Found by the number of the order that a task is about, among the latest `RECENT` tasks: their key has no index."""

    search_fields = ("key",)  # shows the field; `get_search_results` searches
    search_help_text = _("Order number")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = line_of(search_term)
        if not term:
            return queryset, False
        keys = [str(pk) for pk in find_by_number(term)]
        newest = OutboxMessage.objects.order_by("-id").values_list("pk", flat=True)
        oldest = newest[RECENT - 1 : RECENT].first() if keys else None
        found = queryset.filter(key__in=keys)
        return (found.filter(pk__gte=oldest) if oldest else found), False


store_admin.register(AuditEntry, AuditEntryAdmin)
store_admin.register(OutboxMessage, StoreOutboxMessageAdmin)
