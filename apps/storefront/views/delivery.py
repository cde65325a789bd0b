"""The check of a postal code on a product's page: a page of its own, or the part of one for the script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.catalog.selectors import read_shown_lines
from apps.checkout.serviceability import Served, check_postal_code
from apps.common.addresses import address_format
from apps.common.api.throttles import is_within_rate
from apps.storefront.answers import attempt
from apps.storefront.cookies import read_postal_code, write_postal_code
from apps.tenancy.context import current_store

_PART = "delivery"


@never_cache
@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    """Remembers a code that is one. The script asks with `X-Part` and gets the answer alone."""
    store = current_store()
    variant = request.GET.get("variant", "")[:36]
    typed = request.GET.get("postal_code", read_postal_code(request))[:40]
    found: Served | None = None
    problem, status = "", 200
    if typed and not is_within_rate("postal_codes", request):
        problem, status = gettext("That was tried too often. Please wait some minutes."), 429
    elif typed:
        found, problem = attempt(lambda: check_postal_code(postal_code=typed, variant_ref=variant))
        status = 200 if found else 422
    item = read_shown_lines([variant], store.currency).get(variant)
    context = {
        "variant": variant,
        "item": item,
        "typed": found.postal_code if found else typed,
        "found": found,
        "problem": problem,
        "postal_label": address_format(store.country).label("postal_code"),
    }
    is_part = request.headers.get("X-Part") == _PART
    name = "storefront/parts/delivery_answer.html" if is_part else "storefront/delivery.html"
    response = render(request, name, context, status=status)
    if found is not None:
        write_postal_code(response, found.postal_code)
    return response
