"""The store's look as files: its theme as CSS, its icon as SVG."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from apps.content.selectors import get_theme
from apps.content.theme import ink_on
from apps.storefront.favicon import get_favicon
from apps.tenancy.context import current_store

_YEAR = 365 * 24 * 60 * 60
_HOUR = 60 * 60


@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """Custom properties only. Pages link it with its version, so that address may be kept forever."""
    theme = get_theme()
    response = HttpResponse(theme.css, content_type="text/css; charset=utf-8")
    seconds = _YEAR if request.GET.get("v") == theme.version else 0
    response["Cache-Control"] = f"public, max-age={seconds}" + (", immutable" if seconds else "")
    return response


@require_safe
def icon_svg(request: HttpRequest) -> HttpResponse:
    """The first letter of the store's name on its brand colour."""
    brand, letter = get_theme().brand, escape(current_store().name[:1].upper())
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{brand}"/>'
        f'<text x="32" y="45" font-family="Helvetica, Arial, sans-serif" font-size="38" font-weight="700" '
        f'text-anchor="middle" fill="{ink_on(brand)}">{letter}</text></svg>'
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(get_favicon(), content_type="image/x-icon")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response
