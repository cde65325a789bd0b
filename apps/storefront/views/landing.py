"""The platform's own front page."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.platform.models import Store
from apps.platform.selectors import store_url
from apps.platform.states import StoreStatus


@require_safe
def landing_page(request: HttpRequest) -> HttpResponse:
    """The platform's start page. It lists the stores only if the settings allow it."""
    found = _open_stores() if settings.LANDING_LISTS_STORES else []
    stores = [(store.name, store_url(store)) for store in found]
    return render(request, "platform/landing.html", {"stores": stores})


def _open_stores() -> QuerySet[Store]:
    return Store.objects.filter(status=StoreStatus.ACTIVE, is_published=True).order_by("name")[:50]
