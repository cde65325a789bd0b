"""Mails to a store's owners about what they pay the platform. Written in the store's database, once by their references."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings
from django.db import transaction

from apps.accounts.selectors import list_owners
from apps.billing.due import suspended_at
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.states import InvoiceStatus
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.platform.models import Store, Subscription
from apps.platform.selectors import store_url
from apps.platform.states import AT_REST
from apps.tenancy.context import system_scope, use_store


def mail_invoice(invoice: Invoice, store: Store) -> None:
    """One mail to each owner, with the link to the file."""
    facts = {
        "number": invoice.number,
        "total": _money(invoice.total_minor, invoice.currency, store),
        "due": _day(invoice.due_at, store),
        "lines": [f"{line['title']}, {line['detail']}" for line in invoice.data["lines"]],
        "bank_details": invoice.data["seller"]["bank_details"],
    }
    _mail_owners(store, "platform_invoice", facts, f"platform_invoice:{invoice.pk}")


def mail_failure(transaction: BillingTransaction, store: Store) -> None:
    """The bank has refused a payment: why, and where it is paid now. Once for each time that its money is asked for."""
    invoice = transaction.invoice
    facts = {
        "number": invoice.number,
        "total": _money(invoice.total_minor, invoice.currency, store),
        "due": _day(invoice.due_at, store),
        "reason": transaction.failure_message,
        "pay_url": urljoin(store_url(store, "/admin/plan/"), transaction.pay_url),
        "bank_details": invoice.data["seller"]["bank_details"],
    }
    _mail_owners(store, "bill_not_paid", facts, f"bill_not_paid:{transaction.pk}")


def mail_reminder(
    subscription: Subscription, *, kind: str, days: int, since: datetime | None
) -> None:
    """Of the end of a trial, or of an invoice that is overdue."""
    store = subscription.store
    if kind == "trial_ends" and subscription.trial_ends_at is not None:
        facts = {
            "plan": subscription.plan.name,
            "days": days,
            "day": _day(subscription.trial_ends_at, store),
            "price": _money(subscription.price_minor, subscription.currency, store),
            "is_annual": subscription.interval == "annual",
            "is_ending": subscription.is_ending,
        }
        _mail_owners(store, "trial_ends", facts, f"trial_ends:{subscription.pk}:{days}")
        return
    invoice = (
        Invoice.objects.filter(store=store, status=InvoiceStatus.OPEN).order_by("due_at").first()
    )
    if invoice is None or since is None:
        return
    facts = {
        "number": invoice.number,
        "total": _money(invoice.total_minor, invoice.currency, store),
        "due": _day(invoice.due_at, store),
        "closes": _day(suspended_at(subscription, since), store),
        "bank_details": invoice.data["seller"]["bank_details"],
    }
    _mail_owners(store, "invoice_overdue", facts, f"invoice_overdue:{invoice.pk}:{days}")


def _mail_owners(store: Store, template: str, facts: Mapping[str, Any], ref: str) -> None:
    """Nothing for a store at rest: no work is done there. A store that does not answer is tried again by the outbox."""
    if store.status in AT_REST or store.is_sandbox:
        return
    with use_store(store), system_scope("billing"), transaction.atomic():
        for owner in list_owners():
            notifications.send_mail_to(
                to=owner.email,
                template=template,
                context={
                    **facts,
                    "contact": settings.PLATFORM_CONTACT,
                    "url": store_url(store, "/admin/plan/"),
                },
                language=store.language,
                message_ref=f"{ref}:{owner.pk}",
                letterhead=Letterhead(url=store_url(store), contact=settings.PLATFORM_CONTACT),
            )


def _money(minor: int, currency: str, store: Store) -> str:
    return format_money(from_minor(minor, currency), str(locale_of(store.language)))


def _day(moment: datetime, store: Store) -> str:
    day: date = moment.astimezone(ZoneInfo(store.time_zone)).date()
    return format_date(day, format="long", locale=str(locale_of(store.language)))
