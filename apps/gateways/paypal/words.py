"""Why PayPal did not take a payment, in words for the buyer.

Sources: https://developer.paypal.com/api/rest/reference/orders/v2/errors/ and the reasons of pending and declined captures
of https://developer.paypal.com/docs/api/payments/v2/ .
"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

REVIEWED: Final = _("PayPal looks at the payment before the shop gets it.")
_GENERAL: Final = _("PayPal could not take the payment. Please try again, or choose another way.")
_FUNDS: Final = _(
    "The bank or card behind your PayPal account declined the payment. Please choose another one."
)
_WORDS: Final[dict[str, StrPromise]] = {
    "INSTRUMENT_DECLINED": _FUNDS,
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING": _FUNDS,
    "CARD_EXPIRED": _("The card has expired. Please use another card."),
    "PAYER_ACTION_REQUIRED": _("PayPal asks for a confirmation. Please try again and confirm."),
    "ORDER_EXPIRED": _("The approval at PayPal has expired. Please pay again."),
    "ORDER_NOT_APPROVED": _("The payment was not approved at PayPal. Please pay again."),
    "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED": _(
        "PayPal takes no further attempt for this payment. Please pay again."
    ),
}


def words_of(code: str) -> str:
    """A sentence in the active language."""
    return str(_WORDS.get(code, _GENERAL))
