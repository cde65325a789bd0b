"""Reads of billing. Call them with no store active, or inside one: all rows are the master database's."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.billing.errors import InvoiceNotFound
from apps.billing.models import BillingAccount, BillingTransaction, Invoice, Seller
from apps.billing.states import InvoiceStatus
from apps.platform.models import Subscription
from apps.platform.selectors.limits import OPEN


def find_seller() -> Seller | None:
    return Seller.objects.filter(key="platform").first()


def get_invoice(number: str) -> Invoice:
    """By its number. Raises `InvoiceNotFound`."""
    found = Invoice.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise InvoiceNotFound
    return found


def find_subscription(store_id: UUID) -> Subscription | None:
    """The store's open subscription, else its latest."""
    rows = Subscription.objects.filter(store_id=store_id).select_related("plan", "next_plan")
    return rows.filter(status__in=OPEN).first() or rows.order_by("-created_at", "-id").first()


def unpaid_since(store_id: UUID) -> datetime | None:
    """The due moment of the store's oldest open invoice."""
    rows = Invoice.objects.filter(store_id=store_id, status=InvoiceStatus.OPEN)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def overdue_invoices(store_id: UUID, moment: datetime) -> QuerySet[Invoice]:
    """The open invoices that should be paid by then, the oldest first."""
    rows = Invoice.objects.filter(store_id=store_id, status=InvoiceStatus.OPEN)
    return rows.filter(due_at__lte=moment).order_by("due_at")


def list_invoices(store_id: UUID) -> QuerySet[Invoice]:
    return Invoice.objects.filter(store_id=store_id)


def list_transactions(store_id: UUID) -> QuerySet[BillingTransaction]:
    return BillingTransaction.objects.filter(store_id=store_id).select_related("invoice")


def find_account(store_id: UUID, provider: str) -> BillingAccount | None:
    """The store as a customer of the provider."""
    return BillingAccount.objects.filter(store_id=store_id, provider=provider).first()
