"""One address for each page. A store answers on several hosts, and a host has several spellings: with capitals, a final
dot, another port. Search engines would count each as a shop, and mails would repeat the host of the request. So pages
are served at the primary address, and other addresses redirect there.

Admin, API, webhooks, files and probes answer on every host: programs and certificates are set up for them. So do forms that
need no cookie, such as a gateway's return and a mail program's unsubscription: their addresses are older than a change of the
primary host.
"""

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from apps.platform.selectors import StoreAddress, public_port, public_url

# Browsers cache another spelling of the primary host for this long. What another host answered is asked for each time: when it
# becomes the primary one, a kept redirect to the former one would lead back and forth.
KEEP_SECONDS: Final = 600
# The paths of load balancer probes.
PROBES: Final = ("/health", "/ready")
_EVERYWHERE: Final = ("/admin/", "/api/", "/integrations/", "/.well-known/")


def drop_empty_port(request: HttpRequest) -> None:
    """`Host: shop.example:` is `shop.example` (RFC 3986, 3.2.3); Django takes it for no host at all."""
    for name in ("HTTP_HOST", "HTTP_X_FORWARDED_HOST"):
        sent = request.META.get(name, "")
        if not sent.endswith(":"):
            continue
        domain, port = split_domain_port(sent.removesuffix(":"))
        if domain and not port:
            request.META[name] = sent.removesuffix(":")


def host_of(request: HttpRequest) -> str:
    """The host as registered: lower case, no port, no final dot. "" for a malformed header."""
    return _split(_as_sent(request))[0]


def answer_elsewhere(request: HttpRequest, address: StoreAddress) -> HttpResponse | None:
    """The redirect to a page's primary address; None if the request is there, or may be answered anywhere.

    A form sent to another address is not redirected, because its login and cart belong to that address.
    """
    if _is_for_every_host(request) or is_spelt(request, address.primary_host):
        return None
    url = public_url(address.primary_host, request.get_full_path())
    if request.method in ("GET", "HEAD"):
        return _moved(url, is_kept=host_of(request) == address.primary_host)
    if _needs_no_cookie(request):
        return None
    context = {"store": address.store, "url": public_url(address.primary_host)}
    return HttpResponse(render_to_string("errors/misdirected.html", context), status=421)


def answer_misspelt(request: HttpRequest, host: str) -> HttpResponse | None:
    """The same for the platform's pages, which are served on each of its hosts and on every port."""
    sent, port = _parts(request)
    if sent == host or request.method not in ("GET", "HEAD") or _is_for_every_host(request):
        return None
    scheme, shown = request.scheme, f":{port}" if port else ""
    return _moved(f"{scheme}://{host}{shown}{request.get_full_path()}")


def _is_for_every_host(request: HttpRequest) -> bool:
    files = (settings.STATIC_URL, settings.MEDIA_URL)
    return request.path in PROBES or request.path.startswith((*_EVERYWHERE, *files))


def _needs_no_cookie(request: HttpRequest) -> bool:
    """Whether the page takes forms from elsewhere, and checks them by what they contain."""
    try:
        page = resolve(request.path_info, settings.STORE_URLCONF)
    except Resolver404:
        return False
    return bool(getattr(page.func, "csrf_exempt", False))


def is_spelt(request: HttpRequest, host: str) -> bool:
    """Whether the header names exactly that host. A missing port is accepted, because a proxy may have removed it."""
    sent, port = _parts(request)
    return sent == host and (not port or port.lstrip("0") == str(public_port()))


def _parts(request: HttpRequest) -> tuple[str, str]:
    """Host and port as they were sent."""
    sent = _as_sent(request)
    _host, port = _split(sent)
    return (sent[: -len(port) - 1], port) if port else (sent, "")


@lru_cache(maxsize=250)
def _split(sent: str) -> tuple[str, str]:
    host, port = split_domain_port(sent)
    return host, port


def _as_sent(request: HttpRequest) -> str:
    sent: str = request._get_raw_host()  # type: ignore[attr-defined]
    return sent


def _moved(url: str, *, is_kept: bool = True) -> HttpResponse:
    response = HttpResponsePermanentRedirect(url)
    response["Cache-Control"] = f"max-age={KEEP_SECONDS}" if is_kept else "no-cache"
    return response
