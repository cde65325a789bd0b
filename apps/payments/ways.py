"""Rows live in the store's database: the rules of cash on delivery, and the account that buyers transfer money to."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.addresses.postal_patterns import PostalRule
from apps.tenancy.models import StoreModel


class Confirmation(models.TextChoices):
    NONE = "", _("None: the order counts at once")
    CALL = "call", _("By staff, who call the buyer")
    CODE = "code", _("By the buyer, with a code that is sent to them")


class CashSettings(StoreModel):
    """One row (`key` is always `store`): when cash on delivery is offered, what it costs, and who confirms the order.

    Amounts are minor units of the store's currency. `postal_codes` are patterns of `common.addresses.postal_patterns`.
    """

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    minimum_minor = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    maximum_minor = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    fee_minor = models.BigIntegerField(default=0, validators=[MinValueValidator(0)])
    postal_rule = models.CharField(
        _("offered"), max_length=10, choices=PostalRule.choices, default=PostalRule.ANYWHERE
    )
    postal_codes = models.JSONField(default=list, blank=True)
    confirmation = models.CharField(
        _("confirmation of orders"),
        max_length=6,
        choices=Confirmation.choices,
        blank=True,
        default=Confirmation.NONE,
        help_text=_(
            "An order that is not confirmed can't be shipped. A code goes by SMS where the platform can send them, by "
            "e-mail otherwise. Orders that are already placed keep theirs."
        ),
    )
    hours_to_confirm = models.PositiveSmallIntegerField(
        _("hours to confirm"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(14 * 24)],
        help_text=_("An order that is not confirmed in time is cancelled, and its stock is free."),
    )

    class Meta:
        verbose_name = _("cash on delivery")
        verbose_name_plural = _("cash on delivery")
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0), name="payments_cash_fee_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(minimum_minor__isnull=True)
                | Q(maximum_minor__isnull=True)
                | Q(minimum_minor__lte=F("maximum_minor")),
                name="payments_cash_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return "Cash on delivery"


class BankAccount(StoreModel):
    """One row (`key` is always `store`): the account for bank transfers, and how long an order waits for its money.

    Without a holder and a number there is no account, and the way to pay is not offered.
    """

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    holder = models.CharField(_("account holder"), max_length=70, blank=True, default="")
    bank = models.CharField(_("bank"), max_length=80, blank=True, default="")
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, default="")
    account_number = models.CharField(
        _("account number"),
        max_length=34,
        blank=True,
        default="",
        help_text=_("Where accounts have no IBAN."),
    )
    branch_code = models.CharField(
        _("code of the bank"),
        max_length=20,
        blank=True,
        default="",
        help_text=_("IFSC in India, sort code in the UK, routing number in the USA."),
    )
    country = models.CharField(_("country of the bank"), max_length=2, blank=True, default="")
    bic = models.CharField(_("BIC (SWIFT)"), max_length=11, blank=True, default="")
    days_to_pay = models.PositiveSmallIntegerField(
        _("days to pay"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_(
            "How long an order waits for its money with its stock reserved, before it is cancelled: 1 to 60 days. "
            "Orders that are already placed keep their time."
        ),
    )

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank account")

    def __str__(self) -> str:
        return "Bank account"

    @property
    def is_complete(self) -> bool:
        return bool(self.holder and (self.iban or self.account_number))
