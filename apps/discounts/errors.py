"""Errors of discounts."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, LimitReached


class CodeNotApplied(Conflict):
    """A code that does nothing for this cart. `details["reason"]` is a code of `conditions.Reason`, `details["code"]`
    the buyer's."""

    code = "code_not_applied"
    title = _("This code does not apply.")


class DiscountsChanged(Conflict):
    """A code of the cart no longer applies, so the total is another one. `details["summary"]` has it."""

    code = "discounts_changed"
    title = _("A code in your cart no longer applies, so the total has changed.")


class DiscountGone(Conflict):
    """The last use of a discount was taken while this order was being written."""

    code = "discount_gone"
    title = _("This code has been used up.")


class CodeTaken(InvalidInput):
    code = "code_taken"
    title = _("Another discount has this code.")


class InvalidDiscount(InvalidInput):
    code = "invalid_discount"
    title = _("This discount is not complete.")


class DiscountInUse(Conflict):
    """Orders name it: it can be switched off, not deleted."""

    code = "discount_in_use"
    title = _("Orders used this discount. Switch it off instead.")


class TooManyCodes(LimitReached):
    code = "too_many_discount_codes"
    title = _("Your cart has as many codes as can be used together.")


class TooManyTries(LimitReached):
    """Codes can't be guessed by trying."""

    code = "too_many_tries"
    status = 429
    title = _("Too many codes were tried. Please wait some minutes.")
