"""A store's rules for carts, what came of reminders, and links to carts that staff make."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from apps.backoffice.base import sentence_of
from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.backoffice.typed import MOST_PIECES
from apps.carts import services as carts
from apps.carts.models import CartSettings
from apps.carts.sharing import MOST_DAYS, MOST_SHARED, make_share_token
from apps.catalog.selectors import find_variants_by_sku
from apps.checkout.reminders import get_reminder_figures
from apps.common.errors import DomainError, InvalidInput
from apps.common.text import whole_number
from apps.platform.selectors import current_url


@admin.register(CartSettings, site=store_admin)
class CartSettingsAdmin(SingleRowAdmin):
    readonly_fields = ("figures", "link")
    fieldsets = (
        (None, {"fields": ("link", "merge_rule")}),
        (_("How long carts are kept"), {"fields": ("guest_days", "customer_days")}),
        (
            _("Reminders"),
            {
                "fields": (
                    "reminds",
                    ("remind_after_hours", "remind_again_hours"),
                    "most_reminders",
                    "figures",
                )
            },
        ),
    )

    @display(description=_("Reminders of the last 90 days"))
    def figures(self, row: CartSettings) -> SafeString:
        found = get_reminder_figures()
        rows = (
            (gettext("mails sent"), found.sent),
            (gettext("carts"), found.carts),
            (gettext("buyers came back by the link"), found.returned),
            (gettext("carts were ordered"), found.ordered),
        )
        return format_html_join("", "<div>{}: <strong>{}</strong></div>", rows)

    @display(description=_("For a customer"))
    def link(self, row: CartSettings) -> SafeString:
        url = reverse("store_admin:carts_cartsettings_link")
        return format_html('<a href="{}">{}</a>', url, gettext("Build a cart and get its link"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        carts.save_cart_settings(obj)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(link_page)
        return [path("link/", view, name="carts_cartsettings_link"), *super().get_urls()]


@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest) -> HttpResponse:
    """Build a cart for a customer: the answer is its link, and nothing is stored."""
    if not request.user.has_perm("catalog.view_product"):
        raise PermissionDenied
    typed, days, url = request.POST.get("lines", ""), request.POST.get("days", ""), ""
    if request.method == "POST":
        try:
            token = make_share_token(_pieces(typed), days=_days(days))
            url = current_url(reverse("storefront:cart_shared", args=[token]))
        except DomainError as error:
            messages.error(request, sentence_of(error))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Link to a cart"),
        "typed": typed[:5_000],
        "days": days[:3],
        "url": url,
    }
    return TemplateResponse(request, "backoffice/cart_link.html", context)


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    days = whole_number(text, most=MOST_DAYS)
    if not days:
        raise InvalidInput(gettext("Between 1 and %(most)s days.") % {"most": MOST_DAYS})
    return days


def _pieces(text: str) -> dict[str, int]:
    """A SKU in each line, and the pieces behind it; one piece where there is no number. Packs count as in a cart."""
    wanted: dict[str, int] = {}
    for line in text.splitlines()[: MOST_SHARED + 1]:
        sku, _space, number = line.strip().partition(" ")
        count = whole_number(number or "1", most=MOST_PIECES)
        if not count:
            sentence = gettext("%(line)s: write a SKU, a space and the number of pieces.")
            raise InvalidInput(sentence % {"line": line[:80]})
        if sku:
            wanted[sku] = wanted.get(sku, 0) + count
    found = find_variants_by_sku(wanted)
    if missing := [sku for sku in wanted if sku not in found]:
        sentence = gettext("There is no product with the SKU %(sku)s.")
        raise InvalidInput(sentence % {"sku": ", ".join(missing)[:200]})
    pieces: dict[str, int] = {}
    for sku, quantity in wanted.items():
        variant = found[sku]
        pieces[variant.variant_ref] = pieces.get(variant.variant_ref, 0) + quantity
        variant.quantity_rule.require(
            pieces[variant.variant_ref], title=variant.full_title, sku=variant.sku
        )
    return pieces
