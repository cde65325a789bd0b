"""Rows live in the store's database: the store's rules, return requests with their lines and history, and exchanges."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.actor import ActorKind
from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.payments.states import RefundTo
from apps.returns.states import ExchangeState, LabelBy, RequestState, Wish
from apps.tenancy.models import StoreModel


class ReturnSettings(StoreModel):
    """One row (`key` is always `store`). A request keeps the terms it was made under."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    window_days = models.PositiveSmallIntegerField(
        _("days to ask for a return"),
        default=30,
        validators=[MaxValueValidator(730)],
        help_text=_(
            "Counted from the delivery of the parcel. 0: buyers can't ask, staff still book returns."
        ),
    )
    send_within_days = models.PositiveSmallIntegerField(
        _("days to send it"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Counted from the approval. A return that is not sent by then ends by itself."),
    )
    approve_below_minor = models.BigIntegerField(
        _("approve at once below"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Returns worth less are approved by themselves. Empty: staff approve each."),
    )
    label_paid_by = models.CharField(
        _("the way back is paid by"),
        max_length=8,
        choices=LabelBy.choices,
        default=LabelBy.BUYER,
    )
    refunds_shipping = models.BooleanField(
        _("delivery is refunded"),
        default=True,
        help_text=_("When all goods of an order have come back."),
    )
    restocking_percent = models.DecimalField(
        _("restocking fee (%)"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Kept of the refund, unless the reason is the store's fault. 0: none."),
    )
    offers_credit = models.BooleanField(
        _("buyers may choose store credit or a gift card"),
        default=True,
        db_default=True,
        help_text=_("In place of the money. Staff can always choose it."),
    )
    excluded_categories = models.JSONField(
        _("categories that can't come back"), default=list, blank=True
    )
    excluded_skus = models.TextField(
        _("SKUs that can't come back"),
        max_length=4000,
        blank=True,
        default="",
        help_text=_("One a line. Downloads never come back."),
    )
    offers_exchange = models.BooleanField(_("exchanges are offered"), default=True)
    exchange_days = models.PositiveSmallIntegerField(
        _("days to pay a difference"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("An exchange that is not paid by then is cancelled, and the goods refunded."),
    )
    instructions = models.TextField(
        _("how to pack it"), max_length=1000, blank=True, default="", help_text=_("On the slip.")
    )
    name = models.CharField(
        _("send to"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("Empty: the store's name. An empty address below: that of the warehouse."),
    )
    line1 = models.CharField(max_length=200, blank=True, default="")
    line2 = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        verbose_name = _("return settings")
        verbose_name_plural = _("return settings")

    def __str__(self) -> str:
        return "Return settings"


class ReturnReason(StoreModel):
    """One entry of the list that buyers choose from. A line of a request keeps its text."""

    name = models.CharField(max_length=80, unique=True)
    is_our_fault = models.BooleanField(
        _("the store's fault"),
        default=False,
        help_text=_("No restocking fee is kept, and the store pays the way back."),
    )
    needs_photo = models.BooleanField(_("a photo is needed"), default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ReturnRequest(StoreModel):
    """Goods of one order that the buyer wants to send back. `request_key` makes a double click one request.

    `refund_minor` goes back to the buyer, `moved_minor` pays the replacement, `fee_minor` is kept.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="return_requests"
    )
    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(
        max_length=12, choices=RequestState.choices, default=RequestState.REQUESTED
    )
    wish = models.CharField(max_length=10, choices=Wish.choices, default=Wish.REFUND)
    destination = models.CharField(
        max_length=12,
        choices=RefundTo.choices,
        default=RefundTo.SOURCE,
        db_default=RefundTo.SOURCE,
        help_text=_("Where the money goes."),
    )
    note = models.TextField(blank=True, default="", help_text=_("What the buyer wrote."))
    decision = models.CharField(
        max_length=300, blank=True, default="", help_text=_("What staff wrote to the buyer.")
    )
    request_key = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    label_paid_by = models.CharField(max_length=8, choices=LabelBy.choices)
    restocking_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    refunds_shipping = models.BooleanField(default=True)
    label_path = models.CharField(max_length=200, blank=True, default="")
    carrier = models.CharField(max_length=80, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    fee_minor = models.BigIntegerField(default=0)
    refund_minor = models.BigIntegerField(default=0)
    moved_minor = models.BigIntegerField(default=0)
    event_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    send_by = models.DateTimeField(null=True, blank=True, db_index=True)
    received_at = models.DateTimeField(null=True, blank=True)
    inspected_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "created_at"], name="returns_request_state")]
        constraints = [
            models.UniqueConstraint(fields=["order", "request_key"], name="returns_request_once"),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0) & Q(refund_minor__gte=0) & Q(moved_minor__gte=0),
                name="returns_amounts_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(StoreModel):
    """Pieces of one line of the order. Of the received pieces some can be sold again, some are written off, and some are
    not accepted: those stay the buyer's."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    restocked = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    not_accepted = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=80, blank=True, default="")
    is_our_fault = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["request", "order_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "order_line"], name="returns_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(quantity__gte=F("received")),
                name="returns_line_received_bounded",
            ),
            models.CheckConstraint(
                condition=Q(received__gte=F("restocked") + F("written_off") + F("not_accepted")),
                name="returns_line_inspected_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line_id}"

    @property
    def accepted(self) -> int:
        return self.restocked + self.written_off


class ReturnPhoto(StoreModel):
    """A picture among the store's private files: a view that checks who asks hands it out."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.PROTECT, related_name="photos")
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.path


class ReturnEvent(AppendOnly, StoreModel):
    """A fact in the life of a request and its exchange. No personal data belongs in `data`: it is never deleted."""

    request = models.ForeignKey(
        ReturnRequest, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict, blank=True)
    actor_kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_label = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["ReturnEvent"].as_manager()

    class Meta:
        ordering = ["request", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["request", "sequence"], name="returns_event_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class ReturnReceipt(StoreModel):
    """The parcel of the order that pieces of the request were booked for."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.PROTECT, related_name="receipts")
    parcel_return = models.OneToOneField(
        "fulfilment.ParcelReturn", on_delete=models.PROTECT, related_name="receipt"
    )

    def __str__(self) -> str:
        return str(self.parcel_return_id)


class Exchange(StoreModel):
    """Goods in place of the returned ones. `order_ref` is the id of the replacement order, whose stock is reserved before
    the order is made; `order` is that order."""

    request = models.OneToOneField(ReturnRequest, on_delete=models.PROTECT, related_name="exchange")
    order_ref = models.UUIDField(unique=True)
    order = models.OneToOneField(
        "orders.Order",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exchange_of",
    )
    state = models.CharField(
        max_length=10, choices=ExchangeState.choices, default=ExchangeState.WISHED
    )
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.request_id} ({self.state})"


class ExchangeLine(StoreModel):
    """What replaces the pieces of a line, copied from the catalog when it was chosen. Its price is the one of that
    moment."""

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="lines")
    return_line = models.OneToOneField(
        ReturnLine, on_delete=models.PROTECT, related_name="replacement"
    )
    product_ref = models.CharField(max_length=36)
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=250)
    variant_title = models.CharField(max_length=250, blank=True, default="")
    image_url = models.CharField(max_length=500, blank=True, default="")
    tax_class = models.CharField(max_length=40)
    hsn_code = models.CharField(max_length=10, blank=True, default="")
    weight_grams = models.PositiveIntegerField(default=0)
    unit_price_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_price_minor__gte=0), name="returns_exchange_price_positive"
            )
        ]

    def __str__(self) -> str:
        return self.sku
