"""Why a payment was declined, in words for the buyer. https://docs.stripe.com/declines/codes

Stripe asks shops not to tell a buyer that a card is reported as lost, stolen or suspected of fraud: such codes have the
general words.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

_GENERAL: Final = _("The bank declined the payment. Please try another card, or ask your bank.")
_WORDS: Final[dict[str, StrPromise]] = {
    "authentication_required": _("The bank asks for a confirmation. Please try again and confirm."),
    "payment_intent_authentication_failure": _(
        "The payment was not confirmed. Please try again, or choose another way to pay."
    ),
    "expired_card": _("The card has expired. Please use another card."),
    "incorrect_cvc": _("The security code of the card is not right."),
    "invalid_cvc": _("The security code of the card is not right."),
    "incorrect_number": _("The number of the card is not right."),
    "invalid_number": _("The number of the card is not right."),
    "incorrect_zip": _("The postal code does not match the card."),
    "invalid_expiry_month": _("The month of expiry is not right."),
    "invalid_expiry_year": _("The year of expiry is not right."),
    "insufficient_funds": _("The card has not enough money for this payment."),
    "withdrawal_count_limit_exceeded": _("The card's limit is reached."),
    "card_velocity_exceeded": _("The card's limit is reached."),
    "card_not_supported": _("The card can't be used for this kind of payment."),
    "currency_not_supported": _("The card can't be used in this currency."),
    "processing_error": _("The bank could not work on the payment. Please try again."),
    "try_again_later": _("The bank could not work on the payment. Please try again."),
    "issuer_not_available": _("The bank does not answer. Please try again later."),
    "approve_with_id": _("The bank does not answer. Please try again later."),
}


def words_of(code: str) -> str:
    """A sentence in the active language."""
    return str(_WORDS.get(code, _GENERAL))
