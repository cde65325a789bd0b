"""Store home: a store's own rules for carts. The carts are documents."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tenancy.models import StoreModel

MOST_DAYS = 365
MOST_REMINDERS = 3


class MergeRule(models.TextChoices):
    """What happens at login with a guest's lines, where the customer has lines, too."""

    ADD = "add", _("Add the quantities")
    LARGER = "larger", _("Keep the larger quantity")
    SAVE = "save", _("Keep the customer's cart, save the rest for later")
    ASK = "ask", _("Ask the buyer")


class CartSettings(StoreModel):
    """One row (`key` is always `store`). Read it by `get_cart_settings`, which costs no statement."""

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    merge_rule = models.CharField(
        _("at login"),
        max_length=8,
        choices=MergeRule.choices,
        default=MergeRule.ADD,
        help_text=_(
            "What happens to what a buyer put into the cart before the login, where the customer's cart is not empty. The "
            "cart tells the buyer about each line."
        ),
    )
    guest_days = models.PositiveSmallIntegerField(
        _("days that a guest's cart is kept"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("After its last change. Then it is deleted, with what is saved for later."),
    )
    customer_days = models.PositiveSmallIntegerField(
        _("days that a customer's cart is kept"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("After its last change. Then it is deleted, with what is saved for later."),
    )

    reminds = models.BooleanField(
        _("send reminders"),
        default=False,
        help_text=_(
            "Mails about a cart that was left, to buyers who have asked for them at checkout or in their account."
        ),
    )
    remind_after_hours = models.PositiveSmallIntegerField(
        _("hours until the first reminder"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24)],
        help_text=_("After the last change of the cart."),
    )
    remind_again_hours = models.PositiveSmallIntegerField(
        _("hours between reminders"),
        default=72,
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24)],
    )
    most_reminders = models.PositiveSmallIntegerField(
        _("reminders of a cart"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REMINDERS)],
        help_text=_("At most so many, and at most so many to one address in a week."),
    )

    class Meta:
        verbose_name = _("cart settings")
        verbose_name_plural = _("cart settings")

    def __str__(self) -> str:
        return "Cart settings"
