"""A store's subscription, its invoices and transactions, for the pages of both admin sites."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.columns import badge, language, money
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import OnlineProvider
from apps.billing.providers.by_hand import BANK_TRANSFER
from apps.billing.providers.installed import find_online, offered_online
from apps.billing.selectors import (
    find_account,
    find_subscription,
    list_invoices,
    list_transactions,
)
from apps.billing.states import DisputeState, InvoiceStatus, TransactionStatus
from apps.common.clock import now
from apps.platform.models import BillingInterval, Plan, Store, Subscription
from apps.platform.selectors import choose_price
from apps.platform.selectors.limits import OPEN
from apps.platform.states import SubscriptionStatus
from apps.tenancy.context import outside_store

MOST_SHOWN = 24


@dataclass(frozen=True)
class ShownInvoice:
    invoice: Invoice
    total: str
    badge: SafeString
    issued: str
    due: str
    url: str
    may_pay: bool
    may_ask: bool


@dataclass(frozen=True)
class ShownTransaction:
    transaction: BillingTransaction
    amount: str
    badge: SafeString
    when: str
    method: str
    invoice_url: str
    facts: list[str]


@dataclass(frozen=True)
class StoreBilling:
    """Everything of the pages. `is_billed`: periods and invoices follow by themselves. `online` is where invoices can be paid,
    `method` the payment method that is saved there."""

    store: Store
    subscription: Subscription | None
    currency: str
    online: OnlineProvider | None = None
    method: str = ""
    sentences: list[str] = field(default_factory=list)
    invoices: list[ShownInvoice] = field(default_factory=list)
    transactions: list[ShownTransaction] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.subscription is not None and self.subscription.status in OPEN

    @property
    def is_billed(self) -> bool:
        found = self.subscription
        return found is not None and found.due_at is not None

    @property
    def may_cancel(self) -> bool:
        found = self.subscription
        return (
            found is not None
            and self.is_open
            and self.is_billed
            and bool(found.price_minor)
            and not found.is_ending
        )

    @property
    def may_resume(self) -> bool:
        found = self.subscription
        return (
            found is not None
            and self.is_open
            and (found.is_ending or found.next_plan_id is not None)
        )

    @property
    def may_start(self) -> bool:
        """Billing of one that is older than billing."""
        found = self.subscription
        return found is not None and self.is_open and bool(found.price_minor) and not self.is_billed

    @cached_property
    def status_badge(self) -> SafeString | str:
        found = self.subscription
        return badge(found.status, found.get_status_display()) if found is not None else ""


def read_billing(store: Store, *, site: str) -> StoreBilling:
    """`site` has the links to the files: `store_admin` or `platform_admin`."""
    with outside_store():
        subscription = find_subscription(store.pk)
        invoices = list(list_invoices(store.pk)[:MOST_SHOWN])
        transactions = list(list_transactions(store.pk)[:MOST_SHOWN])
        asked = {each.invoice_id for each in transactions if find_online(each.provider)}
        currency = subscription.currency if subscription is not None else store.currency
        online = offered_online(currency)
        return StoreBilling(
            store=store,
            subscription=subscription,
            currency=currency,
            online=online,
            method=_saved_method(store, online),
            sentences=_sentences(store, subscription) if subscription is not None else [],
            invoices=[_shown(each, store, site, asked) for each in invoices],
            transactions=[_shown_transaction(each, store, site) for each in transactions],
        )


def invoice_badge(invoice: Invoice) -> SafeString:
    """An open invoice after its due day is overdue."""
    if invoice.status == InvoiceStatus.OPEN and invoice.due_at <= now():
        return badge("past_due", gettext("overdue"))
    return badge(invoice.status, invoice.get_status_display())


def method_words(method: str) -> str:
    return gettext("bank transfer") if method == BANK_TRANSFER else method


def file_url(invoice: Invoice, site: str) -> str:
    name = "plan_invoice" if site == "store_admin" else "billing_invoice_pdf"
    return reverse(f"{site}:{name}", args=[invoice.pk])


def _shown(invoice: Invoice, store: Store, site: str, asked: Collection[UUID]) -> ShownInvoice:
    """`asked` are the invoices for which a provider was asked."""
    is_open = invoice.status == InvoiceStatus.OPEN
    return ShownInvoice(
        invoice=invoice,
        total=money(invoice.total_minor, invoice.currency),
        badge=invoice_badge(invoice),
        issued=format_date(invoice.issued_on, "medium", locale=language()),
        due=_day(invoice.due_at, store),
        url=file_url(invoice, site),
        may_pay=is_open and offered_online(invoice.currency) is not None,
        may_ask=is_open and invoice.pk in asked,
    )


def _shown_transaction(each: BillingTransaction, store: Store, site: str) -> ShownTransaction:
    return ShownTransaction(
        transaction=each,
        amount=money(each.amount_minor, each.currency),
        badge=badge(each.status, each.get_status_display()),
        when=_day(each.processed_at or each.created_at, store),
        method=method_words(each.method),
        invoice_url=file_url(each.invoice, site),
        facts=transaction_facts(each),
    )


def transaction_facts(each: BillingTransaction) -> list[str]:
    """Why it failed, what was given back, what the bank disputes."""
    facts = [each.failure_message] if each.failure_message else []
    if each.is_surplus:
        facts.append(gettext("Paid twice: it is to be given back."))
    if each.refunded_minor and each.status != TransactionStatus.REFUNDED:
        amount = money(each.refunded_minor, each.currency)
        facts.append(gettext("%(amount)s given back.") % {"amount": amount})
    if each.dispute:
        words = DisputeState(each.dispute).label.capitalize()
        facts.append(f"{words}: {each.dispute_reason}." if each.dispute_reason else f"{words}.")
    return facts


def _saved_method(store: Store, online: OnlineProvider | None) -> str:
    """`Visa 4242, until 12/2031`."""
    account = find_account(store.pk, online.code) if online is not None else None
    if account is None or not account.method_ref:
        return ""
    name = f"{account.method_kind} {account.last4}".strip()
    if not account.expires_year:
        return name
    until = f"{account.expires_month}/{account.expires_year}"
    return gettext("%(name)s, until %(until)s") % {"name": name, "until": until}


def _sentences(store: Store, subscription: Subscription) -> list[str]:
    """What it is now, and what comes."""
    ends_at = subscription.period_ends_at
    if subscription.status == SubscriptionStatus.TRIAL:
        ends_at = subscription.trial_ends_at
    if subscription.status == SubscriptionStatus.EXPIRED:
        return [gettext("The shop is closed until the overdue invoices are paid.")]
    if subscription.status == SubscriptionStatus.CANCELLED:
        return [gettext("The subscription has ended. Choose a plan to go on.")]
    if ends_at is None:
        return []
    values = {"day": _day(ends_at, store)}
    if subscription.is_ending:
        return [gettext("It was cancelled: on %(day)s the shop closes.") % values]
    if subscription.next_plan is not None:
        words = gettext("On %(day)s it becomes %(plan)s, %(interval)s.")
        chosen = BillingInterval(subscription.next_interval or subscription.interval)
        return [words % {**values, "plan": subscription.next_plan.name, "interval": chosen.label}]
    if subscription.status == SubscriptionStatus.TRIAL:
        return [gettext("The trial ends on %(day)s; the first invoice comes then.") % values]
    return [gettext("The next invoice comes on %(day)s.") % values]


def _day(moment: datetime, store: Store) -> str:
    day = moment.astimezone(ZoneInfo(store.time_zone)).date()
    return format_date(day, "medium", locale=language())


class PlanChoice(forms.ModelChoiceField):
    """A plan with its price: `Starter, $29.00 a month`."""

    currency = ""

    def label_from_instance(self, plan: Any) -> str:
        price = choose_price(plan, self.currency)
        if not price.monthly_minor:
            return str(plan.name)
        return gettext("%(name)s, %(price)s a month") % {
            "name": plan.name,
            "price": money(price.monthly_minor, price.currency),
        }


class PlanAndIntervalChoice(PlanChoice):
    """With both prices: `Starter: $29.00 a month, $290.00 a year`."""

    def label_from_instance(self, plan: Any) -> str:
        price = choose_price(plan, self.currency)
        if not price.monthly_minor:
            return str(plan.name)
        return gettext("%(name)s: %(monthly)s a month, %(annual)s a year") % {
            "name": plan.name,
            "monthly": money(price.monthly_minor, price.currency),
            "annual": money(price.annual_minor, price.currency),
        }


class PlanForm(forms.Form):
    plan = PlanAndIntervalChoice(
        label=_("Plan"),
        queryset=Plan.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    interval = forms.ChoiceField(
        label=_("Billed"),
        choices=[("", _("as now")), *BillingInterval.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"plan": store.plan_id}, **kwargs})
        field = self.fields["plan"]
        assert isinstance(field, PlanChoice)
        field.currency = store.currency
        field.queryset = Plan.objects.filter(is_active=True).prefetch_related("prices")
