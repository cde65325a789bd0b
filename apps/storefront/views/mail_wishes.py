"""Which mails a person wants: the page behind the links of mails, without a login, and the one-click door of RFC 8058."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.common.web import hidden_email
from apps.notifications import services as notifications
from apps.notifications.mail_registry import mail_kind
from apps.storefront.visitor import visitor_of

_ONE_CLICK: Final = "One-Click"


@never_cache
@csrf_exempt  # mail programs post without a cookie; the token in the address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: programs that look for viruses follow links, too."""
    reader = notifications.read_unsubscribe_token(token)
    if reader is None:
        raise Http404
    if not reader.email:  # erased since
        return _erased(request)
    if request.method != "POST":
        return _page(request, reader)
    if request.POST.get("List-Unsubscribe") == _ONE_CLICK:
        _refuse(reader, source="one click")
        return HttpResponse(gettext("Unsubscribed."), content_type="text/plain")
    if "all" in request.POST:
        notifications.save_wishes(email=reader.email, wanted=(), source="page")
    elif "kind" in request.POST:
        _refuse(reader, source="page")
    else:
        chosen = request.POST.getlist("kinds")
        notifications.save_wishes(
            email=reader.email, wanted=chosen, source="page", is_proven=bool(reader.kind)
        )
    messages.success(request, gettext("Saved."))
    return redirect("storefront:mail_wishes", token=token)


@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail that asks whether mails are wanted. GET changes nothing here, too."""
    wish = notifications.read_consent_token(token)
    if wish is None:
        return render(request, "storefront/mail_consent.html", {"kind": None}, status=404)
    if request.method == "POST":
        notifications.confirm_consent(wish=wish)
        return redirect("storefront:mail_consent", token=token)
    context = {
        "kind": mail_kind.items().get(wish.kind),
        "wish": wish,
        "address": hidden_email(wish.email),
        "all_wishes": notifications.unsubscribe_url(kind=wish.kind, email=wish.email),
    }
    return render(request, "storefront/mail_consent.html", context)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    user = visitor_of(request).user
    if user is None:
        raise Http404
    return redirect(notifications.unsubscribe_url(kind="", email=user.email))


def _erased(request: HttpRequest) -> HttpResponse:
    """The link of an old mail: the reader gets none any more."""
    if request.method == "POST":
        return HttpResponse(gettext("Unsubscribed."), content_type="text/plain")
    return render(request, "storefront/mail_wishes.html", {"is_erased": True})


def _refuse(reader: notifications.Reader, *, source: str) -> None:
    if reader.kind:
        notifications.opt_out(kind=reader.kind, email=reader.email, source=source)
    else:
        notifications.save_wishes(email=reader.email, wanted=(), source=source)


def _page(request: HttpRequest, reader: notifications.Reader) -> HttpResponse:
    known = notifications.list_wishes(reader.email)
    about = mail_kind.items().get(reader.kind)
    context = {
        "wishes": known,
        "about": about,
        "is_on": any(wish.is_on and wish.kind == about for wish in known),
        "any_on": any(wish.is_on for wish in known),
        "address": hidden_email(reader.email),
    }
    return render(request, "storefront/mail_wishes.html", context)
