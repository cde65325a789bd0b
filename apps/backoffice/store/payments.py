"""Payments, and the webhooks of gateways."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, exact_moment, moment, money, plain, stored
from apps.backoffice.filters import values_filter
from apps.backoffice.sites import store_admin
from apps.backoffice.store.gateway_keys import (
    KeysState,
    keys_state,
    keys_urls,
    keys_words,
    may_change_keys,
    takes_currency,
)
from apps.backoffice.store.ledgers import ledgers_view
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.gateways.installed import gateway_label, is_booked_by_staff
from apps.payments import services as payments
from apps.payments.models import Dispute, Payment, PaymentMethod, PaymentSettings
from apps.payments.selectors import get_bank_account, list_ending_holds
from apps.payments.states import DisputeState
from apps.payments.stored_value import paid_with


class HoldFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """Money that a bank releases soon unless it is captured."""

    title = _("held by the bank")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ending", _("ends within two days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        return queryset.filter(pk__in=list_ending_holds()) if self.value() else queryset


@admin.register(Payment, site=store_admin)
class PaymentAdmin(RecordAdmin):
    list_display = (
        "when",
        "order_link",
        "paid_by",
        "amount",
        "shown_state",
        "refunded",
        "attention",
    )
    list_display_links = ("when", "amount")  # the order's number is a link of its own
    card = Card(
        "amount",
        side=("shown_state",),
        facts=("order_link", "paid_by"),
        end=("when",),
        badges=("refunded", "attention"),
        named=("refunded",),
    )
    attention = stored("needs_attention", _("needs attention"))
    list_select_related = ("order",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        HoldFilter,
        values_filter("gateway", "paid by", gateway_label),
    )
    search_fields = ("order__number", "order__email", "gateway_ref")
    fields = (
        "order_link",
        "paid_by",
        "amount",
        "shown_state",
        "held",
        "held_until",
        "captured",
        "refunded",
        "needs_attention",
        "disputed",
        "failure_message",
        "gateway_ref",
        "created_at",
        "captured_at",
        "expires_at",
    )

    def get_urls(self) -> list[Any]:
        page = path(
            "ledgers/", self.admin_site.admin_view(ledgers_view), name="payments_payment_ledgers"
        )
        return [page, *super().get_urls()]

    @display(description=_("order"), ordering="order__number")
    def order_link(self, payment: Payment) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[payment.order_id])
        return format_html('<a href="{}">{}</a>', url, payment.order.number)

    @display(description=_("paid by"), ordering="gateway")
    def paid_by(self, payment: Payment) -> str:
        return paid_with(payment)

    @display(description=_("created"), ordering="created_at")
    def when(self, payment: Payment) -> Any:
        return moment(payment.created_at)

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return money(payment.amount_minor, payment.currency)

    @display(description=_("held by the bank"))
    def held(self, payment: Payment) -> str:
        return money(payment.held_minor, payment.currency) if payment.held_minor else ""

    @display(description=_("received"))
    def captured(self, payment: Payment) -> str:
        return money(payment.captured_minor, payment.currency)

    @display(description=_("refunded"), ordering="refunded_minor")
    def refunded(self, payment: Payment) -> str:
        return money(payment.refunded_minor, payment.currency) if payment.refunded_minor else ""

    @display(description=_("disputes"))
    def disputed(self, payment: Payment) -> SafeString | str:
        """Each with the moment until which staff can answer at the provider."""
        return format_html_join(
            mark_safe("<br>"), "{}", ((_dispute_words(each),) for each in payment.disputes.all())
        )

    @display(description=_("state"), ordering="state")
    def shown_state(self, payment: Payment) -> SafeString:
        return badge(payment.state, payment.get_state_display())


def _dispute_words(dispute: Dispute) -> str:
    """`₹499.00, fraudulent: Answer awaited until 3 Dec 2026, 10:00 am`."""
    what = filter(None, (money(dispute.amount_minor, dispute.currency), dispute.reason))
    said = f"{', '.join(what)}: {dispute.get_state_display()}"
    if dispute.state != DisputeState.OPEN or dispute.respond_by is None:
        return said
    return gettext("%(said)s until %(until)s") % {
        "said": said,
        "until": exact_moment(dispute.respond_by),
    }


def _lacks(method: PaymentMethod) -> str:
    """Why nothing can be paid with it."""
    if method.is_test:
        return ""
    if is_booked_by_staff(method.gateway) and get_bank_account() is None:
        return gettext("nothing: the bank account is missing, or it is switched off")
    if not takes_currency(method):
        return gettext("nothing: its provider does not take the store's currency")
    if keys_state(method) == KeysState.MISSING:
        return gettext("nothing: its keys are missing")
    return ""


@admin.register(PaymentMethod, site=store_admin)
class PaymentMethodAdmin(Admin):
    list_display = ("name", "description", "takes", "active", "place")
    card = Card("name", side=("active",), facts=("takes",))
    name = plain("label", _("name"))
    place = plain("position", _("order in lists"))

    @display(description=_("active"), ordering="is_active")
    def active(self, method: PaymentMethod) -> SafeString:
        """Switched on, and able to take a payment."""
        if not method.is_active:
            return badge("", gettext("no"))
        return (
            badge("warning", gettext("not ready"))
            if _lacks(method)
            else badge("active", gettext("yes"))
        )

    @display(description=_("takes"), ordering="is_test")
    def takes(self, method: PaymentMethod) -> str:
        if method.is_test:
            return gettext("test payments only")
        if lacks := _lacks(method):
            return lacks
        is_test = keys_state(method) == KeysState.TEST
        return (
            gettext("test payments only: it has test keys")
            if is_test
            else gettext("payments of buyers")
        )

    @display(description=_("account at the provider"))
    def account(self, method: PaymentMethod) -> SafeString:
        url = reverse("store_admin:payments_paymentmethod_keys", args=[method.pk])
        return format_html('{} <a href="{}">{}</a>', keys_words(method), url, gettext("Keys"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only the owner sees the keys' page; a gateway without keys has none."""
        has_account = may_change_keys(request) and obj and keys_state(obj) != KeysState.NEEDLESS
        account = ("account",) if has_account else ()
        return ("label", "description", *account, "is_active", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("account",)

    def get_urls(self) -> list[Any]:
        return [*keys_urls(), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        payments.save_payment_method(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # one row a gateway the platform has; they are switched on and off

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PaymentSettings, site=store_admin)
class PaymentSettingsAdmin(SingleRowAdmin):
    fields = ("minutes_to_pay", "capture")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        payments.save_payment_settings(obj)
