"""One product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from apps.catalog.errors import ProductNotFound
from apps.inventory.selectors import get_supply
from apps.storefront.kept_products import expected_of, get_product_facts, product_html
from apps.storefront.page_cache.for_everyone import for_everyone
from apps.storefront.page_cache.holes import form_token
from apps.storefront.visitor import price_groups_for


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One query, and one document read after a change of the catalog; related products and delivery come from the cache.

    Staff look at a product before it is on sale; for visitors it is a 404.
    """
    facts = get_product_facts(slug, price_groups_for(request))
    item = facts.product
    if not item.is_active and not request.user.has_perm("catalog.view_product"):
        raise ProductNotFound
    expected = expected_of(facts)
    html = product_html(
        facts,
        get_supply(facts.refs),
        expected=expected,
        wanted=request.GET.get("variant", ""),
        quantity=request.GET.get("quantity", ""),
        path=request.path,
    )
    has_form = len(html.content) > 1
    content = form_token(request).join(html.content) if has_form else html.content[0]
    context = {"product": item, "meta": html.meta, "content": mark_safe(content)}  # noqa: S308  a template's
    answer = render(request, "storefront/product.html", context)
    if not item.is_active:
        add_never_cache_headers(answer)
        return answer
    return for_everyone(answer, until=expected.valid_until if expected else None)
