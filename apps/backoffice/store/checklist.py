"""The checklist of a new store: steps before it can sell. Each step ticks itself off."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from apps.catalog.documents import Product, ProductStatus
from apps.content.models import Page, Purpose, Theme
from apps.payments.models import PaymentMethod
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import get_tax_settings
from apps.tenancy.context import current_store
from apps.tenancy.single_rows import single_row

# Countries whose tax depends on the state that a store sells from.
_BY_STATE = frozenset({"IN"})
POLICIES = frozenset({Purpose.SHIPPING, Purpose.RETURNS, Purpose.PRIVACY, Purpose.TERMS})


@dataclass(frozen=True)
class ChecklistItem:
    title: str
    hint: str
    url: str
    is_done: bool
    is_optional: bool = False


def checklist_for(request: HttpRequest) -> list[ChecklistItem]:
    """The steps that the person may do; empty when all steps that a sale needs are done. Seven statements until
    then."""
    if not request.user.has_perm("content.change_theme"):
        return []
    if not request.user.has_perm("pricing.change_shippingmethod"):
        return []
    steps = _list_steps()
    return [] if all(step.is_done or step.is_optional for step in steps) else steps


def _list_steps() -> list[ChecklistItem]:
    theme = single_row(Theme)
    methods = ShippingMethod.objects.filter(is_active=True)
    real = PaymentMethod.objects.filter(is_active=True, is_test=False)
    return [
        ChecklistItem(
            gettext("Add a product"),
            gettext("With a price, a picture and what you have of it."),
            reverse("store_admin:catalog_product_add"),
            Product.objects.exists(),
        ),
        ChecklistItem(
            gettext("Publish a product"),
            gettext("Visitors see the products whose status is active."),
            _list("catalog_product"),
            Product.objects.filter(status=ProductStatus.ACTIVE).exists(),
        ),
        ChecklistItem(
            gettext("Add your logo"),
            gettext("It is shown at the top of every page instead of the shop's name."),
            _list("content_theme"),
            bool(theme.logo),
            is_optional=True,
        ),
        ChecklistItem(
            gettext("Add a contact e-mail address"),
            gettext("Customers' answers to mails about their orders go there."),
            _list("content_theme"),
            bool(theme.contact_email),
        ),
        *_list_pages(),
        ChecklistItem(
            gettext("Say where you sell from"),
            gettext("Taxes depend on it."),
            _list("pricing_taxsettings"),
            _has_origin(),
        ),
        ChecklistItem(
            gettext("Choose where you deliver to"),
            gettext("The countries of each shipping method, and what it costs."),
            _list("pricing_shippingmethod"),
            any(method.countries for method in methods),
        ),
        ChecklistItem(
            gettext("Choose how customers pay"),
            gettext("At least one payment method that takes real money."),
            _list("payments_paymentmethod"),
            real.exists(),
        ),
    ]


def _list_pages() -> list[ChecklistItem]:
    """Pages that buyers look for before they pay, and that the law of most countries requires."""
    published = set(Page.objects.filter(is_published=True).values_list("purpose", flat=True))
    contact = {Purpose.CONTACT}
    hint = gettext("How buyers reach you. A draft is there: fill in its gaps.")
    if current_store().country == "IN":
        contact.add(Purpose.GRIEVANCE)
        hint = gettext(
            "With the grievance officer, whom Indian law asks for. Drafts are there: fill in their gaps."
        )
    return [
        ChecklistItem(
            gettext("Publish your policies"),
            gettext("Shipping, returns, privacy and terms. Drafts are there: fill in their gaps."),
            _list("content_page"),
            published >= POLICIES,
        ),
        ChecklistItem(
            gettext("Publish how to reach you"), hint, _list("content_page"), published >= contact
        ),
    ]


def _has_origin() -> bool:
    settings = get_tax_settings()
    needs_state = settings.origin_country in _BY_STATE
    return bool(settings.origin_country and (settings.origin_region or not needs_state))


def _list(name: str) -> Any:
    return reverse(f"store_admin:{name}_changelist")
