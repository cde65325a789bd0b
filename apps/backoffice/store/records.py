"""The store's audit log and outbox."""

from apps.backoffice.records import AuditEntryAdmin, OutboxMessageAdmin
from apps.backoffice.sites import store_admin
from apps.events.models import AuditEntry, OutboxMessage

store_admin.register(AuditEntry, AuditEntryAdmin)
store_admin.register(OutboxMessage, OutboxMessageAdmin)
