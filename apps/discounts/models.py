"""Store home: discounts, their codes, and each use of one as a row, in the store's SQL database."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.common.clock import now
from apps.discounts.kinds import Audience, Kind, Trigger
from apps.tenancy.models import StoreModel


class Discount(StoreModel):
    """What is taken off, when, and for whom. Amounts are in minor units of `currency`.

    `product_refs` and `category_refs` (with everything below a category) are the products it is about; both empty: all.
    """

    shown_on_pages = True  # prices in carts are kept under its version

    name = models.CharField(max_length=80)
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.CODE)
    code = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.PERCENT)
    currency = models.CharField(max_length=3)
    percent = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    amount_minor = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    buy_quantity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    get_quantity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    get_product_refs = models.JSONField(default=list, blank=True)
    most_pieces = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )

    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    min_spend_minor = models.BigIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    min_pieces = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    product_refs = models.JSONField(default=list, blank=True)
    category_refs = models.JSONField(default=list, blank=True)
    countries = models.JSONField(default=list, blank=True)
    group_refs = models.JSONField(null=True, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.EVERYONE)
    per_buyer_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )

    sequence = models.IntegerField(default=10)
    is_combinable = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("sequence", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
                name="discount_percent",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0),
                name="discount_amount_positive",
            ),
        ]
        indexes = [models.Index(fields=["trigger", "is_active"], name="discount_trigger")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_automatic(self) -> bool:
        return self.trigger == Trigger.AUTOMATIC


class Allowance(StoreModel):
    """How often a discount may be used, and how often it is: a row of its own, so that a use makes no new pages.

    The uses have the slots 1 to `used`, each once. The constraint holds the limit, whatever the code does.
    """

    discount = models.OneToOneField(Discount, on_delete=models.CASCADE, related_name="allowance")
    most = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(most__gte=F("used")), name="allowance_kept"
            )
        ]

    def __str__(self) -> str:
        return str(self.used) if self.most is None else f"{self.used} / {self.most}"


class CodeBatch(StoreModel):
    """Codes that were made together, each for one order."""

    discount = models.ForeignKey(Discount, on_delete=models.CASCADE, related_name="batches")
    prefix = models.CharField(max_length=20, blank=True, default="")
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.count} {self.prefix}".strip()


class DiscountCode(StoreModel):
    """A code in its normal form. One of a batch is good for one order, `order_ref`; others have no batch."""

    key = models.CharField(max_length=40, unique=True)
    discount = models.ForeignKey(Discount, on_delete=models.CASCADE, related_name="codes")
    batch = models.ForeignKey(
        CodeBatch, on_delete=models.CASCADE, null=True, blank=True, related_name="codes"
    )
    order_ref = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    @property
    def is_single_use(self) -> bool:
        return self.batch_id is not None


class Redemption(StoreModel):
    """A discount's use by one order, written in the order's transaction. `slot` is empty once it is given back."""

    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, related_name="redemptions")
    order_ref = models.UUIDField(db_index=True)
    code = models.CharField(max_length=40, blank=True, default="")
    slot = models.PositiveIntegerField(null=True, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=now)
    given_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["discount", "slot"], name="redemption_slot"),
            models.UniqueConstraint(fields=["discount", "order_ref"], name="redemption_order"),
        ]

    def __str__(self) -> str:
        return self.code or str(self.discount_id)


class BuyerUse(StoreModel):
    """One of the uses that a buyer has of a limited discount. `buyer` is `customer:<id>` or `mailbox:<address>`."""

    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, db_index=False)
    redemption = models.ForeignKey(Redemption, on_delete=models.CASCADE, related_name="buyer_uses")
    buyer = models.CharField(max_length=270)
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discount", "buyer", "slot"], name="buyer_use_slot")
        ]

    def __str__(self) -> str:
        return self.buyer
