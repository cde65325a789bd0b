"""Why a payment failed, in words for the buyer, by Razorpay's `error_reason`. https://razorpay.com/docs/errors/payments/"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

_GENERAL: Final = _(
    "The payment did not work. Please try again, or choose another way. Money that has left your account comes back."
)
_WORDS: Final[dict[str, StrPromise]] = {
    "payment_cancelled": _("You have cancelled the payment. Please try again when you are ready."),
    "payment_timed_out": _("The time for the payment was over. Please try again."),
    "insufficient_funds": _("The account has not enough money for this payment."),
    "incorrect_otp": _("The one-time password was not right. Please try again."),
    "invalid_otp": _("The one-time password was not right. Please try again."),
    "incorrect_pin": _("The PIN was not right. Please try again."),
    "invalid_vpa": _("The UPI ID was not right. Please try again."),
    "card_expired": _("The card has expired. Please use another card."),
    "incorrect_cvv": _("The security code of the card is not right."),
}


def words_of(code: str) -> str:
    """A sentence in the active language."""
    return str(_WORDS.get(code, _GENERAL))
