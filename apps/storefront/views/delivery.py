"""The check of a postal code on a product's page: a page of its own, or the part of one for the script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.catalog.selectors import read_shown_lines
from apps.checkout.serviceability import Served, check_postal_code
from apps.common.addresses import find_country
from apps.common.api.throttles import is_within_rate
from apps.content.models import Purpose
from apps.content.selectors import find_page_link
from apps.storefront.answers import attempt
from apps.storefront.cookies import read_postal_code, write_postal_code
from apps.storefront.delivery_check import check_words
from apps.tenancy.context import current_store

_PART = "delivery"


@never_cache
@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    """Remembers a code that is one. The script asks with `X-Part` and gets the answer alone."""
    store = current_store()
    variant = request.GET.get("variant", "")[:36]
    known_country, known = read_postal_code(request)
    is_asked = "postal_code" in request.GET or bool(known_country or known)
    typed = request.GET.get("postal_code", known)[:40]
    country = request.GET.get("country", known_country)[:60]
    found: Served | None = None
    problem, status = "", 200
    if is_asked and not is_within_rate("postal_codes", request):
        problem, status = gettext("That was tried too often. Please wait some minutes."), 429
    elif is_asked:
        found, problem = attempt(
            lambda: check_postal_code(postal_code=typed, variant_ref=variant, country=country)
        )
        status = 200 if found else 422
    item = read_shown_lines([variant], store.currency).get(variant)
    context = {
        "variant": variant,
        "item": item,
        "typed": found.postal_code if found else typed,
        "found": found,
        "problem": problem,
        "shipping_page": find_page_link(Purpose.SHIPPING),
        **check_words(found.country if found else find_country(country) or ""),
    }
    is_part = request.headers.get("X-Part") == _PART
    name = "storefront/parts/delivery_answer.html" if is_part else "storefront/delivery.html"
    response = render(request, name, context, status=status)
    if found is not None:
        write_postal_code(response, found.country, found.postal_code)
    return response
