"""Invoices: numbers one after the other without gaps, each with the transaction by which it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext

from apps.billing.models import BillingTransaction, Invoice, InvoiceSeries, Seller
from apps.billing.providers.installed import usable
from apps.billing.selectors import find_seller
from apps.billing.services.moving import Case
from apps.billing.snapshot import Line, day_text, make_data, payer_of, present_party
from apps.billing.states import InvoiceKind
from apps.billing.taxes import tax_of
from apps.common.clock import today
from apps.events import services as events
from apps.invoices.numbers import fill_prefix, first_month, write_number
from apps.platform.models import Subscription

ISSUED = "billing.invoice_issued"


@dataclass(frozen=True)
class Span:
    """The time that an invoice is for."""

    begin: datetime
    end: datetime

    def words(self, time_zone: str) -> str:
        """Its first and last day, in the store's time zone."""
        zone = ZoneInfo(time_zone)
        first = self.begin.astimezone(zone).date()
        last = max(self.end.astimezone(zone).date() - timedelta(days=1), first)
        return f"{day_text(first)} – {day_text(last)}"


def issue_invoice(
    case: Case,
    subscription: Subscription,
    *,
    kind: InvoiceKind,
    span: Span,
    lines: Sequence[Line],
) -> Invoice | None:
    """The invoice, its pending transaction, and the message that mails it, in the caller's transaction: a rollback takes
    the number back. None where there is nothing to pay, and before the platform has said who sells: without that nothing is
    billed."""
    net = sum(line.amount_minor for line in lines)
    seller = find_seller()
    if net <= 0 or seller is None:
        return None
    payer = payer_of(case.store)
    taxes = tax_of(
        net,
        seller=present_party(seller),
        payer=present_party(payer),
        percent=seller.gst_percent,
    )
    series, number, day = _allocate(seller)
    invoice = Invoice.objects.create(
        store=case.store,
        store_name=case.store.name,
        subscription=subscription,
        kind=kind,
        series=series,
        sequence=series.last_number,
        number=number,
        issued_on=day,
        due_at=case.moment + timedelta(days=settings.BILLING_DUE_DAYS),
        period_started_at=span.begin,
        period_ends_at=span.end,
        currency=subscription.currency,
        net_minor=net,
        tax_minor=taxes.total_minor,
        total_minor=net + taxes.total_minor,
        data=make_data(seller, payer, case.store, lines, taxes),
    )
    provider = usable(subscription.provider, invoice.currency)
    transaction = ask_for(invoice, provider=provider.code)
    events.emit(
        topic=ISSUED,
        key=str(invoice.pk),
        payload={"invoice": str(invoice.pk), "transaction": str(transaction.pk)},
    )
    return invoice


def ask_for(invoice: Invoice, *, provider: str) -> BillingTransaction:
    """A pending transaction over all of the invoice."""
    return BillingTransaction.objects.create(
        invoice=invoice,
        store_id=invoice.store_id,
        amount_minor=invoice.total_minor,
        currency=invoice.currency,
        provider=provider,
        description=gettext("Invoice %(number)s") % {"number": invoice.number},
    )


def period_line(subscription: Subscription, span: Span, time_zone: str) -> Line:
    """The whole period at the agreed price."""
    title = f"{subscription.plan.name}, {subscription.get_interval_display()}"
    return Line(title, span.words(time_zone), subscription.price_minor)


def _allocate(seller: Seller) -> tuple[InvoiceSeries, str, date]:
    """The next number, and its day, which never goes back in a series."""
    month, day = first_month(seller.country), today()
    prefix = fill_prefix(seller.prefix, day, month)
    InvoiceSeries.objects.get_or_create(prefix=prefix)
    series = InvoiceSeries.objects.select_for_update().get(prefix=prefix)
    # The day is in the year of the series, also where another year began while the lock was waited for.
    latest = series.invoices.order_by("-sequence").values_list("issued_on", flat=True).first()
    series.last_number += 1
    series.save(update_fields=["last_number"])
    number = write_number(prefix, series.last_number, digits=seller.digits, country=seller.country)
    return series, number, max(day, latest) if latest else day
