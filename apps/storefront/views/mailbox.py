"""The mailbox page of a development machine. `config/urls/store.py` has it only with `MAILBOX_PAGE`."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.notifications.mailbox import KeptMail, get_kept, list_kept

app_name = "mailbox"
# Links of a mail open beside it; nothing in it runs.
_POLICY: Final = (
    "default-src 'none'; img-src 'self' https: http: data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/mailbox.html", {"mails": list_kept()})


@never_cache
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "storefront/mailbox_mail.html", {"mail": _get(key)})


@never_cache
@xframe_options_sameorigin
@require_safe
def html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML by itself, for a frame."""
    content = _get(key).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(content, headers={"Content-Security-Policy": _POLICY})


def _get(key: str) -> KeptMail:
    found = get_kept(key)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("", mails, name="mails"),
    path("<slug:key>/", mail, name="mail"),
    path("<slug:key>/html/", html, name="html"),
]
