"""Back-in-stock notices: asking for one at a sold-out product, and the page behind the link of the mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import full_title
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.fields import EmailField
from apps.common.form_errors import show_error
from apps.common.web import hidden_email
from apps.inventory import services as inventory
from apps.inventory.selectors import get_supply, offers_notices
from apps.prices.rules import NO_GROUPS
from apps.storefront.kept_products import get_product_facts
from apps.storefront.paths import path_of
from apps.storefront.product_page import variant_views
from apps.storefront.visitor import visitor_of


class NoticeForm(forms.Form):
    """Only what is sold out can be chosen."""

    variant = forms.ChoiceField(label=_("What you wait for"))
    email = EmailField(label=_("Your e-mail address"), max_length=254)

    def __init__(self, choices: list[tuple[str, str]], data: Any, initial: Any) -> None:
        super().__init__(data, auto_id="notice-%s", initial=initial)
        field: Any = self.fields["variant"]
        field.choices = choices
        self.fields["email"].widget.attrs |= {"autocomplete": "email", "inputmode": "email"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether the address has asked before can't be seen from the answer."""
    facts = get_product_facts(slug, NO_GROUPS)
    product = facts.product
    if not product.is_active or not offers_notices():
        raise ProductNotFound
    supply = get_supply([variant.id for variant in product.active_variants])
    gone = [view for view in variant_views(product, supply, facts.prices) if not view.can_be_bought]
    if not gone:
        messages.info(request, gettext("It can be bought now."))
        return redirect(path_of("product", product.link_slug))
    titles = {view.id: full_title(product.title, view.title) for view in gone}
    user = visitor_of(request).user
    form = NoticeForm(
        list(titles.items()),
        request.POST if request.method == "POST" else None,
        initial={
            "variant": request.GET.get("variant", ""),
            "email": user.email if user is not None else "",
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if not is_within_rate("notice", request):
            status = 429
            form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
        elif form.is_valid():
            chosen = form.cleaned_data["variant"]
            path = path_of("product", product.link_slug)
            try:
                inventory.ask_for_notice(
                    variant_ref=chosen,
                    title=titles[chosen],
                    page=f"{path}?variant={chosen}",
                    email=form.cleaned_data["email"],
                    language=get_language() or "",
                )
            except DomainError as error:
                show_error(form, error)
            else:
                messages.success(request, said())
                return redirect(path)
    context = {"form": form, "product": product}
    return render(request, "storefront/notice_ask.html", context, status=status)


def said() -> str:
    return gettext("We have sent you a mail. Please confirm it by the link in there.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: programs that look for viruses follow links, too."""
    found = inventory.read_notice(token)
    if found is None:
        raise Http404
    if request.method == "POST" and "withdraw" in request.POST:
        inventory.withdraw_notice(notice=found)
        messages.success(request, gettext("You get no mail about it."))
        return redirect(found.page)
    if request.method == "POST":
        inventory.confirm_notice(notice=found)
        messages.success(request, gettext("We write to you once when it can be bought again."))
        return redirect("storefront:notice", token=token)
    context = {"notice": found, "address": hidden_email(found.email)}
    return render(request, "storefront/notice.html", context)
