"""What gift cards and store credit pay of a quote, and how the rest is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.carts.documents import Cart
from apps.checkout.details import CheckoutDetails
from apps.checkout.errors import PrepaidChanged
from apps.checkout.payable import choose_method_for
from apps.checkout.quotes import Quote, payable_by_value
from apps.common.money import money_json
from apps.giftcards.selectors import Share, plan_shares
from apps.payments.selectors import OfferedMethod


@dataclass(frozen=True)
class Paying:
    """`shares` pay first; `method` pays the rest, None where nothing is left to pay."""

    shares: Sequence[Share]
    method: OfferedMethod | None

    @property
    def prepaid_minor(self) -> int:
        return sum(share.amount_minor for share in self.shares)


def plan_payment(cart: Cart, quote: Quote, details: CheckoutDetails) -> Paying:
    """No statement more for an order without a gift card or store credit. What they cover needs no other method, and bears
    no fee of one.

    Raises `GiftCardNotUsable`, `PrepaidChanged`, and as `choose_method_for`.
    """
    total = quote.priced.total_minor
    shares = plan_shares(
        codes=details.gift_cards,
        customer_id=UUID(cart.customer_ref) if cart.customer_ref else None,
        uses_store_credit=details.uses_store_credit,
        total_minor=payable_by_value(quote),
    )
    paid = sum(share.amount_minor for share in shares)
    expected = details.expected_prepaid_minor
    if expected is not None and expected != paid:
        raise PrepaidChanged(prepaid=money_json(paid, cart.currency))
    if paid == total:
        return Paying(shares, None)
    return Paying(shares, choose_method_for(quote, details.payment_method, paid))
