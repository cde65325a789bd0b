"""Errors of price lists, sales and customer groups."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput


class InvalidPriceList(InvalidInput):
    code = "invalid_price_list"
    title = _("This price list is not complete.")


class InvalidSale(InvalidInput):
    code = "invalid_sale"
    title = _("This sale is not complete.")


class InvalidGroup(InvalidInput):
    code = "invalid_group"
    title = _("This group is not complete.")
