"""The contents of an order's mails, in their reader's language and the order's currency. `notifications` sends them."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.selectors import list_order_mail_readers
from apps.common.addresses import address_lines
from apps.common.clock import day_of
from apps.common.habits import spelling_of
from apps.common.moments import format_moment
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.common.progress import show_message
from apps.content.letterheads import letterhead_of
from apps.fulfilment.mail_amounts import (
    amount_of,
    awaited_of,
    chosen_place,
    is_given_in_cash,
    kept_on,
    language_of,
    prepaid_rows,
)
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.selectors import cash_to_collect
from apps.fulfilment.states import ReturnKind
from apps.notifications import services as notifications
from apps.notifications.attachments import Attachment
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.states import AWAITS_CASH
from apps.orders.worth import Worth
from apps.payments.bank_accounts import account_rows
from apps.payments.credits import credits_of, worth_of_refund
from apps.payments.models import Payment, Refund
from apps.payments.selectors import get_refund_sums
from apps.payments.ways import BankAccount
from apps.platform.selectors import get_store, store_url
from apps.pricing.rules import read_discounts
from apps.pricing.tax_numbers import tax_number_label
from apps.tenancy.context import current_store

Facts = dict[str, Any]


def mail_confirmation(order: Order, *, attachment: Attachment | None = None) -> None:
    """Once an order counts: it is paid, or will be at the door."""
    facts = _bill(order, language_of(order))
    send_to_buyer(order, "order_confirmation", about=order.pk, facts=facts, attachment=attachment)


def mail_staff(order: Order) -> None:
    """Mail to staff who requested it: there is an order to ship. In the store's language, whatever the buyer's is."""
    store = get_store(current_store().id)
    page = reverse(
        "store_admin:orders_order_change", args=[order.pk], urlconf=settings.STORE_URLCONF
    )
    home, bill = store_url(store), _bill(order, store.language)
    letterhead = letterhead_of(store, with_contact=False)
    lines = [{**line, "image": _address_of(home, line["image"])} for line in bill["lines"]]
    for reader in list_order_mail_readers():
        notifications.send_mail_to(
            to=reader.email,
            template="new_order",
            context={
                **bill,
                "lines": lines,
                "number": order.number,
                "day": _day(order.placed_at, store.language),
                "url": store_url(store, page),
            },
            language=store.language,
            message_ref=f"new_order:{order.pk}:{reader.pk}",
            about=f"order:{order.pk}",
            letterhead=letterhead,
        )


def mail_payment_failed(order: Order, payment: Payment) -> None:
    """How to pay again, and until when the goods are held."""
    facts: Facts = {
        "total": money_of(order, payment.amount_minor),
        "held_until": _moment(payment.expires_at, language_of(order)) if payment.expires_at else "",
        "lines": [
            _line(order, line, language_of(order)) for line in order.lines.order_by("position")
        ],
    }
    send_to_buyer(order, "order_payment_failed", about=payment.pk, facts=facts)


def mail_payment_request(order: Order, payment: Payment) -> None:
    """What is still to be paid, and where."""
    facts: Facts = {
        "amount": money_of(order, payment.amount_minor),
        "total": money_of(order, order.payable_minor),
    }
    send_to_buyer(order, "order_payment_request", about=payment.pk, facts=facts)


def mail_transfer(order: Order, payment: Payment, account: BankAccount) -> None:
    """The account, the amount and the reference of a bank transfer."""
    language = language_of(order)
    with translation.override(spelling_of(language, current_store().country)):
        rows = account_rows(account)
    facts: Facts = {
        "amount": money_of(order, payment.amount_minor),
        "total": money_of(order, order.payable_minor),
        "account": rows,
        "pay_by": _moment(payment.expires_at, language) if payment.expires_at else "",
        "lines": [_line(order, line, language) for line in order.lines.order_by("position")],
    }
    send_to_buyer(order, "order_transfer", about=payment.pk, facts=facts)


def mail_code(order: Order, code: str, number: int, *, minutes: int) -> None:
    """The code that confirms the order; a mail for each code."""
    facts: Facts = {
        "code": code,
        "minutes": minutes,
        "total": money_of(order, order.total_minor),
        "confirm_by": _moment(order.confirm_by, language_of(order)) if order.confirm_by else "",
    }
    send_to_buyer(order, "order_code", about=f"{order.pk}-{number}", facts=facts)


def pickup_facts(shipment: Shipment, order: Order) -> Facts | None:
    if order.pickup is None or shipment.collect_by is None:
        return None
    until = format_date(shipment.collect_by, "long", locale=locale_of(language_of(order)))
    return {**order.pickup, "code": shipment.pickup_code, "until": until}


def mail_cancellation(order: Order, reason: str) -> None:
    paid = get_refund_sums(order)
    facts: Facts = {
        "reason": show_message(reason),
        "paid": money_of(order, paid.captured_minor) if paid.captured_minor else "",
        "is_paid_back": 0 < paid.captured_minor <= paid.done_minor,
        "lines": [item_of(line, line.quantity) for line in order.lines.order_by("position")],
    }
    send_to_buyer(order, "order_cancelled", about=order.pk, facts=facts)


def mail_rest_cancelled(order: Order, reason: str, amount_minor: int, *, is_refund: bool) -> None:
    """Mail: the order was sent in part, and the rest is cancelled."""
    facts: Facts = {
        "reason": show_message(reason),
        "lines": [
            item_of(line, line.cancelled_quantity)
            for line in order.lines.order_by("position")
            if line.cancelled_quantity
        ],
        "credited": money_of(order, amount_minor) if amount_minor else "",
        "to_pay": _still_to_pay(order),
        "is_cash": not is_refund,
    }
    send_to_buyer(order, "order_rest_cancelled", about=order.pk, facts=facts)


def mail_return(row: ParcelReturn) -> None:
    """Mail: the returned pieces, and the refund. Of an undelivered parcel the mail says that it could not be delivered: its
    reason is what a carrier reported, or staff noted."""
    order = row.order
    credited = row.credited_minor
    if row.refund_id is not None and order.reduced_minor:  # the other part is not to be paid
        refunds = Refund.objects.filter(payment__order=order, request_key=f"return-{row.number}")
        credited = sum(refunds.values_list("credited_minor", flat=True))
    came = row.lines.select_related("shipment_line__order_line").order_by(
        "shipment_line__order_line__position"
    )
    facts: Facts = {
        "reason": "" if row.kind == ReturnKind.UNDELIVERED else row.reason,
        "is_undelivered": row.kind == ReturnKind.UNDELIVERED,
        "lines": [item_of(line.shipment_line.order_line, line.quantity) for line in came],
        "credited": money_of(order, credited) if credited else "",
        "is_refund": row.refund_id is not None,
        "is_cash": row.refund is not None and is_given_in_cash(row.refund),
        "place": chosen_place(order, row.refund),
        "to_pay": _still_to_pay(order),
    }
    send_to_buyer(order, "order_returned", about=row.pk, facts=facts)


def mail_message(order: Order, event: OrderEvent) -> None:
    """Mail: what staff have written for the buyer, word by word."""
    send_to_buyer(order, "order_message", about=event.pk, facts={"words": event.data["text"]})


def mail_refund(order: Order, refund: Refund) -> None:
    """Mail: the gateway has sent the refund, which banks show after some days; the store returns cash itself."""
    sums, given, left = get_refund_sums(order), worth_of_refund(refund), credits_of(order).left
    facts: Facts = {
        "tax": _tax_in(order, given),
        "remaining_tax": _tax_in(order, left),
        "refunded": money_of(order, sums.done_minor) if sums.done_minor and order.paid_at else "",
        "remaining": money_of(order, order.payable_minor - sums.done_minor),
        "amount": format_money(
            from_minor(refund.amount_minor, refund.currency), str(locale_of(language_of(order)))
        ),
        "is_cash": is_given_in_cash(refund),
        "kept_on": kept_on(order, refund),
        "is_whole": order.refunded_minor >= order.payable_minor,
        "total": money_of(order, order.payable_minor),
        "reason": refund.reason,
    }
    send_to_buyer(order, "order_refunded", about=refund.pk, facts=facts)


def send_to_buyer(
    order: Order,
    template: str,
    *,
    about: Any,
    facts: Facts,
    attachment: Attachment | None = None,
) -> None:
    """A mail about the order with the link to its page; once for each `template` and `about`."""
    store, language = get_store(current_store().id), language_of(order)
    home = store_url(store)
    lines = [{**line, "image": _address_of(home, line["image"])} for line in facts.get("lines", [])]
    page = reverse("storefront:order", args=[order.access_token], urlconf=settings.STORE_URLCONF)
    notifications.send_mail_to(
        to=order.email,
        template=template,
        context={
            "number": order.number,
            "day": _day(order.placed_at, language),
            "url": store_url(store, page),
            "attached": attachment.name if attachment else "",
            **facts,
            "lines": lines,
        },
        language=language,
        message_ref=f"{template}:{about}",
        about=f"order:{order.pk}",
        attachment=attachment,
        letterhead=letterhead_of(store),
    )


def _bill(order: Order, language: str) -> Facts:
    lines = list(order.lines.order_by("position"))
    return {
        "lines": [_line(order, line, language) for line in lines],
        "subtotal": amount_of(order, order.subtotal_minor, language),
        "discounts": _discounts(order, language),
        "shipping": amount_of(order, order.shipping_minor, language)
        if order.shipping_minor
        else "",
        "shipping_method": order.shipping_method_name,
        "fee": amount_of(order, order.fee_minor, language) if order.fee_minor else "",
        **_taxes(order, language),
        "total": amount_of(order, order.total_minor, language),
        **prepaid_rows(order, language),
        "is_cash_due": order.payment_state in AWAITS_CASH,
        "is_called": order.awaits_confirmation,
        "is_free": order.total_minor == 0,
        "has_downloads": any(line.is_download for line in lines),
        "has_gift_cards": any(line.is_gift_card for line in lines),
        "is_receipt": order.is_gift_cards,
        "needs_shipping": order.needs_shipping,
        "address": address_of(order, language),
        "billing_address": address_lines(order.other_billing_address, language),
    }


def _discounts(order: Order, language: str) -> list[dict[str, str]]:
    """Each with its code, if it has one; free delivery shows as its price."""
    return [
        {
            "label": f"{each.name} ({each.code})" if each.code else each.name,
            "amount": amount_of(order, each.amount_minor, language),
        }
        for each in read_discounts(order.discounts)
        if each.amount_minor
    ]


def _taxes(order: Order, language: str) -> Facts:
    """The tax and its components; a single component is named beside the sum."""
    parts, locale = order.tax_parts, str(locale_of(language))
    label = "of which tax" if order.prices_include_tax else "Tax"
    return {
        "tax": amount_of(order, order.tax_minor, language) if order.tax_minor else "",
        "tax_is_included": order.prices_include_tax,
        "tax_label": f"{label} ({parts[0].label(locale)})" if len(parts) == 1 else label,
        "tax_parts": [
            {"label": part.label(locale), "amount": amount_of(order, part.amount_minor, language)}
            for part in (parts if len(parts) > 1 else ())
        ],
        "seller_tax_number": order.seller_tax_number,
        "seller_tax_label": tax_number_label(current_store().country),
        "buyer_lines": _buyer_lines(order),
    }


def _buyer_lines(order: Order) -> list[str]:
    """The company, its tax number, and why the order bears no tax."""
    number = f"{order.tax_number_label} {order.tax_number}" if order.tax_number else ""
    treatment = order.get_tax_treatment_display() if order.tax_treatment else ""
    return [line for line in (order.company, number, treatment) if line]


def _tax_in(order: Order, worth: Worth) -> Facts:
    """The tax in an amount and its parts; a single part is named beside the sum."""
    parts, locale = worth.tax_parts, str(locale_of(language_of(order)))
    is_single = len(parts) == 1
    return {
        "amount": money_of(order, worth.tax_minor) if worth.tax_minor else "",
        "name": parts[0].label(locale) if is_single else "",
        "parts": [
            {"label": part.label(locale), "amount": money_of(order, part.amount_minor)}
            for part in (() if is_single else parts)
        ],
    }


def _line(order: Order, line: OrderLine, language: str) -> Facts:
    return {
        **item_of(line, line.quantity),
        "amount": amount_of(order, line.subtotal_minor, language),
        "hsn_code": line.hsn_code,
        "awaited": awaited_of(line, language),
    }


def item_of(line: OrderLine, quantity: int) -> Facts:
    return {
        "title": line.title,
        "variant": line.variant_title,
        "quantity": str(quantity),
        "image": line.image_url,
    }


def _address_of(home: str, image_url: str) -> str:
    """A picture's whole address: a mail is not read on the store's host."""
    return urljoin(home, image_url) if image_url else ""


def address_of(order: Order, language: str) -> list[str]:
    """As on a parcel, one line each; none for downloads."""
    return address_lines(order.shipping_address or {}, language)


def _still_to_pay(order: Order) -> str:
    """On delivery; "" where nothing is."""
    due_minor = cash_to_collect(order)
    return money_of(order, due_minor) if due_minor else ""


def money_of(order: Order, minor: int) -> str:
    """In a mail to the buyer."""
    return amount_of(order, minor, language_of(order))


def _day(moment: datetime, language: str) -> str:
    return format_date(day_of(moment), format="long", locale=str(locale_of(language)))


def _moment(moment: datetime, language: str) -> str:
    return format_moment(timezone.localtime(moment), str(locale_of(language)))
