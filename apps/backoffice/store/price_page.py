"""Which price a customer pays for a SKU, and why."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.selectors import get_user_by_email
from apps.backoffice.columns import money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.price_forms import WhyForm
from apps.catalog.selectors import SaleableLine, find_variants_by_sku
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.web import normalize_email
from apps.prices.models import CustomerGroup
from apps.prices.rules import NO_GROUPS, Source, Terms, Verdict, Why
from apps.prices.selectors import groups_of, read_histories
from apps.tenancy.context import current_store

_REASONS = {
    Why.CHOSEN: _("This is the price."),
    Why.TIME: _("It is not running now."),
    Why.GROUP: _("It is for another group of customers."),
    Why.QUANTITY: _("It has no price for so few pieces."),
    Why.PRIORITY: _("Another list with a price for it has a higher priority."),
    Why.DEARER: _("Another price is lower, or as low."),
    Why.NO_SALES: _("The customer's price list takes no part in sales."),
}
_SOURCES = {Source.LIST: _("Price list"), Source.SALE: _("Sale"), Source.PRODUCT: _("Product")}
_SHOWN = 20


def why_view(request: HttpRequest) -> HttpResponse:
    """With `?sku=` the price, and every list and sale that has one for it. A customer is named, and their groups are shown, by
    those who may see customers."""
    if not request.user.has_perm("prices.view_pricelist"):
        raise PermissionDenied
    sees_customers = request.user.has_perm("accounts.view_user")
    form = WhyForm(request.GET if "sku" in request.GET else None)
    if not sees_customers:
        del form.fields["customer"]
    context = {
        **store_admin.each_context(request),
        "title": gettext("Which price, and why"),
        "form": form,
        "answer": _answer(form.cleaned_data) if form.is_valid() else None,
    }
    return TemplateResponse(request, "backoffice/price_why.html", context)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    currency = current_store().currency
    line = find_variants_by_sku([asked["sku"]]).get(asked["sku"])
    if line is None:
        return {"problem": gettext("There is no variant with this SKU.")}
    groups = NO_GROUPS
    if asked.get("customer"):
        try:
            user = get_user_by_email(normalize_email(asked["customer"]))
        except InvalidInput as error:
            return {"problem": str(error)}
        if user is None:
            return {"problem": gettext("No customer has this address.")}
        groups = groups_of(user.pk)
    if line.unit_price_minor is None:
        return {"problem": gettext("It has no price in %(currency)s.") % {"currency": currency}}
    terms = line.terms or Terms(line.unit_price_minor, line.compare_at_minor)
    price = terms.price(quantity=asked["quantity"], groups=groups, moment=now())
    verdicts = terms.explain(quantity=asked["quantity"], groups=groups, moment=now())
    names = CustomerGroup.objects.filter(pk__in=groups).values_list("name", flat=True)
    return {
        "line": line,
        "title": _title_of(line),
        "price": money(price.amount_minor, currency),
        "source": _SOURCES[price.source],
        "name": price.name,
        "groups": ", ".join(names),
        "own": _own(terms, price.source, currency),
        "verdicts": [_words(each, currency) for each in verdicts],
        "history": [
            (each.at, "-" if each.amount_minor is None else money(each.amount_minor, currency))
            for each in reversed(
                read_histories([line.variant_ref], currency).get(line.variant_ref, [])[-_SHOWN:]
            )
        ],
    }


def _title_of(line: SaleableLine) -> str:
    return f"{line.full_title} ({line.sku})"


def _own(terms: Terms, source: Source, currency: str) -> dict[str, Any]:
    is_chosen = source == Source.PRODUCT
    reason = _REASONS[Why.CHOSEN] if is_chosen else gettext("A price list or a sale counts.")
    return {
        "source": _SOURCES[Source.PRODUCT],
        "name": gettext("own price"),
        "amount": money(terms.own_minor, currency),
        "reason": reason,
        "is_chosen": is_chosen,
    }


def _words(verdict: Verdict, currency: str) -> dict[str, Any]:
    amount = verdict.amount_minor
    return {
        "source": _SOURCES[verdict.source],
        "name": verdict.name,
        "amount": "-" if amount is None else money(amount, currency),
        "reason": _REASONS[verdict.reason],
        "is_chosen": verdict.reason == Why.CHOSEN,
    }
