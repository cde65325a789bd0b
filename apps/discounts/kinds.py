"""The words of discounts: what they take off, who gets them, how they begin."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PERCENT = "percent", _("Percent off the products")
    AMOUNT = "amount", _("Amount off the order")
    AMOUNT_EACH = "amount_each", _("Amount off each piece")
    FREE_SHIPPING = "free_shipping", _("Free delivery")
    BUY_GET = "buy_get", _("Buy some, get some cheaper or free")


class Trigger(models.TextChoices):
    CODE = "code", _("The buyer enters a code")
    AUTOMATIC = "automatic", _("Automatic")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    ACCOUNTS = "accounts", _("Customers who are logged in")
    FIRST_ORDER = "first_order", _("Buyers without an order so far")
