"""What can go wrong with prices, taxes and shipping."""

from apps.common.errors import InvalidInput, NotFound


class ShippingMethodNotFound(NotFound):
    code = "shipping_method_not_found"
    title = "This way of shipping is not available for this address."


class CurrencyMismatch(InvalidInput):
    """Two currencies never add."""

    code = "currency_mismatch"
    title = "All prices of an order must be in one currency."


class InvalidRate(InvalidInput):
    code = "invalid_rate"
    title = "A tax rate is a percentage from 0 to 100."
