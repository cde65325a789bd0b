"""Who hears of stock: staff when it runs low, buyers when it is back."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.inventory.states import StockNoticeState
from apps.tenancy.models import StoreModel


class StockAlertSettings(StoreModel):
    """One row (`key` is always `store`)."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    addresses = models.TextField(
        blank=True,
        default="",
        help_text=_(
            "One e-mail address a line. Empty: no mails, only the list and the start page."
        ),
    )
    minutes = models.PositiveSmallIntegerField(
        default=15,
        validators=[MaxValueValidator(1440)],
        help_text=_("At most one mail in so many minutes, with everything that has run low."),
    )
    offers_notices = models.BooleanField(
        default=True,
        help_text=_("Buyers may leave an e-mail address at what is sold out."),
    )
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_count = models.PositiveIntegerField(default=0, editable=False)

    shown_on_pages = True
    shown_area = "stock_settings"

    class Meta:
        verbose_name = _("alerts of stock")
        verbose_name_plural = _("alerts of stock")

    def __str__(self) -> str:
        return str(_("Alerts of stock"))


class StockNotice(StoreModel):
    """A buyer's wish to hear when a variant can be bought again. It waits until the buyer has confirmed it by mail."""

    variant_ref = models.CharField(max_length=36)
    title = models.CharField(max_length=250)
    page = models.CharField(max_length=300)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=254, editable=False)
    language = models.CharField(max_length=16, default="en")
    state = models.CharField(
        max_length=10, choices=StockNoticeState.choices, default=StockNoticeState.WAITING
    )
    mailings = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["variant_ref", "email_key"], name="stock_notice_once")
        ]
        indexes = [models.Index(fields=["state", "variant_ref"], name="stock_notice_state")]
        verbose_name = _("back-in-stock notice")

    def __str__(self) -> str:
        return f"{self.title}: {self.email}"
