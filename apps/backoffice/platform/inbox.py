"""Messages that came to the platform itself: of its account at Stripe, about merchants' bills."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.backoffice.sites import platform_admin
from apps.backoffice.store.inbox import InboxMessageAdmin
from apps.inbox.models import InboxMessage


@admin.register(InboxMessage, site=platform_admin)
class PlatformInboxAdmin(InboxMessageAdmin):
    """The list, the page of one, and its actions. Nothing is repaired: what a body says is asked for again anyway."""

    empty_advice = _("What Stripe sends about merchants' bills is listed here.")

    def get_urls(self) -> list[Any]:
        """Without those of a store's pages."""
        return super(InboxMessageAdmin, self).get_urls()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name not in ("buttons", "shown_copy")]
