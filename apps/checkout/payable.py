"""The ways in which an order can be paid: those that the store offers for it, and why others are not possible."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext

from apps.checkout.errors import InvalidDetails
from apps.checkout.quotes import Quote
from apps.gateways.errors import PaymentMethodUnavailable
from apps.payments.selectors import OfferedMethod, get_payment_method, list_payment_methods


class RefusedMethod(NamedTuple):
    method: OfferedMethod
    reason: str


def list_methods_for(quote: Quote, prepaid_minor: int = 0) -> list[OfferedMethod]:
    """The payment methods for what gift cards and store credit leave: none for the total zero; cash on delivery only with a
    parcel, and as the store's rules of it say."""
    if quote.is_free:
        return []
    return [
        method for method in list_payment_methods() if not _why_not(quote, method, prepaid_minor)
    ]


def list_refused_for(quote: Quote, prepaid_minor: int = 0) -> tuple[RefusedMethod, ...]:
    """The ways to pay that another order could be paid by; none for downloads, which no courier brings."""
    if quote.is_free or not quote.needs_shipping:
        return ()
    found = [(method, _why_not(quote, method, prepaid_minor)) for method in list_payment_methods()]
    return tuple(RefusedMethod(method, reason) for method, reason in found if reason)


def _why_not(quote: Quote, method: OfferedMethod, prepaid_minor: int) -> str:
    """Why the order can't be paid by that; "" if it can. The quote is without a fee. Limits of cash are about what the
    courier has to collect."""
    if not method.pays_on_delivery:
        return ""
    if quote.priced.voucher_minor:
        words = gettext(
            "%(label)s is not possible with a gift card in the cart: it is sent once it is paid."
        )
        return words % {"label": method.label}
    if not quote.needs_shipping:
        words = gettext("%(label)s is possible only when a parcel is delivered.")
        return words % {"label": method.label}
    if method.cash is None:
        return ""
    priced, is_collected = quote.priced, bool(quote.shipping_method and quote.shipping_method.spot)
    return method.cash.why_not(
        total_minor=priced.total_minor - prepaid_minor,
        currency=priced.currency,
        address={} if is_collected else quote.address,
    )


def choose_method_for(quote: Quote, code: str, prepaid_minor: int = 0) -> OfferedMethod | None:
    """The payment method that the buyer chose; None if nothing has to be paid.

    Raises `InvalidDetails` when none was named, `PaymentMethodUnavailable` when it is not offered for this.
    """
    if quote.is_free:
        return None
    if not code:
        raise InvalidDetails(fields={"payment_method": [gettext("Choose how to pay.")]})
    method = get_payment_method(code)
    if sentence := _why_not(quote, method, prepaid_minor):
        raise PaymentMethodUnavailable(sentence, fields={"payment_method": [sentence]})
    return method
