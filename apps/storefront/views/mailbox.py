"""The mailbox page of a development machine. `config/urls/store.py` has it only with `MAILBOX_PAGE`."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.content.letterheads import letterhead_of
from apps.notifications import services as notifications
from apps.notifications.composing import Letter, compose, example_of
from apps.notifications.looks import as_seen
from apps.notifications.mail_registry import find_mail_type, mail_type
from apps.notifications.mailbox import KeptMail, get_kept, list_kept
from apps.notifications.samples import hard_example_of
from apps.notifications.wordings import find_wording
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store

app_name = "mailbox"
# Links of a mail open beside it; nothing in it runs.
_POLICY: Final = (
    "default-src 'none'; img-src 'self' https: http: data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

_HEADERS: Final = {"Content-Security-Policy": _POLICY}
_LOOKS: Final = ("light", "dark", "plain", "text")
_READER: Final = "asha@example.com"


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
    return HttpResponse(_outward(_get(key).html), headers=_HEADERS)


@never_cache
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Every mail that the store can send, with example values."""
    context = {
        "kinds": sorted(mail_type, key=lambda one: (one.to_staff, str(one.name))),
        "is_hard": request.GET.get("values") == "hard",
        "looks": ("light", "dark", "plain"),
    }
    return render(request, "storefront/mailbox_kinds.html", context)


@never_cache
@xframe_options_sameorigin
@require_safe
def sample(request: HttpRequest, code: str, look: str) -> HttpResponse:
    """One of them, for a frame: `light`, `dark`, without styles (`plain`), or its `text`."""
    found = find_mail_type(code)
    if found is None or look not in _LOOKS:
        raise Http404
    store = get_store(current_store().id)
    is_hard = request.GET.get("values") == "hard"
    facts = hard_example_of(found) if is_hard else example_of(found)
    if found.kind:
        facts["unsubscribe_url"] = notifications.unsubscribe_url(kind=found.kind, email=_READER)
    letter = Letter(code, facts, store.language, letterhead_of(store))
    made = compose(letter, find_wording(code, store.language))
    if look == "text":
        words = f"{made.subject}\n\n{made.text}"
        return HttpResponse(words, content_type="text/plain", headers=_HEADERS)
    return HttpResponse(as_seen(_outward(made.html), look), headers=_HEADERS)


def _outward(html: str) -> str:
    return html.replace("<head>", '<head><base target="_blank">', 1)


def _get(key: str) -> KeptMail:
    found = get_kept(key)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("", mails, name="mails"),
    path("kinds/", kinds, name="kinds"),
    path("kinds/<slug:code>/<slug:look>/", sample, name="sample"),
    path("<slug:key>/", mail, name="mail"),
    path("<slug:key>/html/", html, name="html"),
]
