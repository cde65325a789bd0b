"""What the platform says to a store's staff: above each page until a person hides it, and all of it on a page."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from apps.backoffice.posting import posted
from apps.backoffice.sites import HIDDEN_ANNOUNCEMENTS, store_admin
from apps.platform.models import Announcement
from apps.platform.selectors import list_announcements
from apps.tenancy.context import current_store

PAGE: Final = "store_admin:announcements"
_MOST_HIDDEN: Final = 50


def announcements_page(request: HttpRequest) -> HttpResponse:
    context = {
        **store_admin.each_context(request),
        "title": gettext("Announcements"),
        "rows": list_announcements(current_store().id),
        "warning": Announcement.Kind.WARNING,
    }
    return TemplateResponse(request, "backoffice/announcements.html", context)


@posted(PAGE)
def hide_view(request: HttpRequest, announcement_id: UUID) -> HttpResponse:
    """Hide one for this person, until the session ends. The page that it was on loads again."""
    hidden = request.session.get(HIDDEN_ANNOUNCEMENTS, [])
    if str(announcement_id) not in hidden:
        request.session[HIDDEN_ANNOUNCEMENTS] = [*hidden, str(announcement_id)][-_MOST_HIDDEN:]
    page = request.POST.get("next", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return HttpResponseRedirect(page if is_ours else resolve_url("store_admin:index"))


store_admin.add_page("announcements", announcements_page)
store_admin.add_page(
    "announcement_hide", hide_view, address="announcements/<uuid:announcement_id>/hide/"
)
