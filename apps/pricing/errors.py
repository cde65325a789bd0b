"""Errors of prices, taxes and shipping."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound


class ShippingMethodNotFound(NotFound):
    code = "shipping_method_not_found"
    title = _("This way of shipping is not available for this address.")


class CountryNotServed(ShippingMethodNotFound):
    """No active way of shipping goes there."""

    code = "country_not_served"
    title = _("We do not deliver to this country.")


class CurrencyMismatch(InvalidInput):
    """Two currencies never add."""

    code = "currency_mismatch"
    title = _("All prices of an order must be in one currency.")


class NotPriced(InvalidInput):
    """A line has no price in the order's currency, so it can't be sold."""

    code = "not_priced"
    title = _("One of the products has no price in this currency.")


class OrderTooLarge(InvalidInput):
    code = "order_too_large"
    title = _("This order is too large. Please split it.")


class TaxClassInUse(Conflict):
    code = "tax_class_in_use"
    title = _("Products have this tax class.")


class UsedByShipping(Conflict):
    """A zone, a profile or a pickup place that a shipping method or a product still names."""

    code = "used_by_shipping"
    title = _("It is still used.")


class WrongTaxNumber(InvalidInput):
    """A buyer's tax number that can't be right; the sentence says why."""

    code = "wrong_tax_number"
    title = _("This is not a tax number.")


class WrongCertificate(InvalidInput):
    code = "wrong_certificate"
    title = _("The certificate can't be saved.")
