"""Errors of gift cards and store credit."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, InvalidInput, NotFound


class GiftCardNotUsable(InvalidInput):
    """Unknown, disabled, expired or of another currency: the answer is the same, so it confirms no code with a balance."""

    code = "gift_card_not_usable"
    title = _("This gift card can't be used. Check its code.")


class GiftCardUsedUp(GiftCardNotUsable):
    """A right code with nothing left on it. Who guesses learns nothing of worth, and it counts as a wrong code."""

    code = "gift_card_used_up"
    title = _("The balance of this gift card is used up.")


class TooManyCodes(DomainError):
    """Too many wrong codes from one visitor. `details["retry_after"]` is in seconds."""

    code = "too_many_gift_card_tries"
    status = 429
    title = _("Too many codes were tried. Please wait a quarter of an hour.")


class FormUsedAlready(Conflict):
    """The same form came again with other values: what it made first stands, and nothing more is made."""

    code = "form_used_already"
    title = _(
        "This form has issued gift cards already, with other values, so these were not issued. "
        "Send it again if you want these as well."
    )


class BalanceTooLow(Conflict):
    """The balance is less than the amount, or the card was closed meanwhile: nothing was booked."""

    code = "balance_too_low"
    title = _("The balance of the gift card or store credit has changed. Please look at it again.")


class GiftCardNotFound(NotFound):
    code = "gift_card_not_found"
    title = _("There is no such gift card.")


class CardInUse(Conflict):
    """A bought card that can't be sent again or closed now."""

    code = "gift_card_in_use"
    title = _("This gift card can't be sent again.")


class AmountNotPossible(InvalidInput):
    code = "amount_not_possible"
    title = _("This amount is not possible.")


class NoStoreCredit(Conflict):
    """The order has no customer, so there is no account to put the money on."""

    code = "no_store_credit"
    title = _("Only a customer with an account has store credit.")
