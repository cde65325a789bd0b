"""Rows live in the store's database: how parcels are booked, bookings, carriers, codes, and the parcels that ClickPost follows."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.clickpost.states import Act, Booker, BookingState, RequestState
from apps.common.clock import now
from apps.fulfilment.states import ScanStatus
from apps.tenancy.models import StoreModel

_ONE_CM = [MinValueValidator(1), MaxValueValidator(500)]


class ClickPostSettings(StoreModel):
    """One row (`key` is always `store`). `automatic_since`: orders from before are not booked by themselves."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    booker = models.CharField(
        _("who books parcels"),
        max_length=12,
        choices=Booker.choices,
        default=Booker.STAFF,
    )
    automatic_since = models.DateTimeField(null=True, blank=True, editable=False)
    piece_weight_grams = models.PositiveIntegerField(
        _("weight of a piece (g)"),
        default=500,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Of products without a weight of their own."),
    )
    packing_weight_grams = models.PositiveIntegerField(
        _("weight of the packing (g)"),
        default=50,
        validators=[MaxValueValidator(20_000)],
        help_text=_("Added to the weight of the pieces."),
    )
    length_cm = models.PositiveSmallIntegerField(
        _("length of a parcel (cm)"), default=25, validators=_ONE_CM
    )
    breadth_cm = models.PositiveSmallIntegerField(
        _("breadth of a parcel (cm)"), default=20, validators=_ONE_CM
    )
    height_cm = models.PositiveSmallIntegerField(
        _("height of a parcel (cm)"), default=10, validators=_ONE_CM
    )
    pickup_email = models.EmailField(
        _("e-mail for carriers"),
        max_length=254,
        blank=True,
        default="",
        help_text=_("Empty: the contact e-mail of the theme."),
    )
    silent_hours = models.PositiveSmallIntegerField(
        _("ask about a parcel after (hours)"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("Without news for so long, ClickPost is asked where it is."),
    )
    waybills_per_call = models.PositiveSmallIntegerField(
        _("parcels in one question"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(15)],
        help_text=_("ClickPost's limit for one carrier, at present 5."),
    )

    class Meta:
        verbose_name = _("ClickPost settings")
        verbose_name_plural = _("ClickPost settings")

    def __str__(self) -> str:
        return "ClickPost settings"


class CarrierAccount(StoreModel):
    """A carrier of the store's account at ClickPost: which may be booked, in the store's order."""

    cp_id = models.PositiveIntegerField(_("carrier's number (cp_id)"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Buyers read it."))
    account_code = models.CharField(
        _("account code"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("As on ClickPost's dashboard; needed where the carrier has several."),
    )
    tracking_url = models.CharField(
        _("tracking page"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("{waybill} stands for the number of the parcel. Empty: no link."),
    )
    is_active = models.BooleanField(_("may be booked"), default=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name", "id"]
        verbose_name = _("carrier at ClickPost")
        verbose_name_plural = _("carriers at ClickPost")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cp_id", "account_code"], name="clickpost_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.account_code})" if self.account_code else self.name


class StatusCode(StoreModel):
    """A `clickpost_status_code` and what it means here. One that ClickPost sends and is not in the list is kept with
    `is_mapped` False, and counted, until staff say what it means."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("ClickPost's name"), max_length=120, blank=True, default="")
    status = models.CharField(
        _("meaning"), max_length=20, choices=ScanStatus.choices, default=ScanStatus.OTHER
    )
    is_mapped = models.BooleanField(_("known"), default=True)
    seen_count = models.PositiveIntegerField(_("times seen while unknown"), default=0)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["is_mapped", "code"]
        verbose_name = _("ClickPost code")
        verbose_name_plural = _("ClickPost codes")

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class Booking(StoreModel):
    """A parcel that is booked with a carrier. `reference` is ClickPost's idempotency key: the same one answers the same
    waybill.

    `pieces`: order line id -> how many. `cp_id` and `account_code` are chosen before the carrier is asked and stay, so that a
    repeated call is the same call. `is_chosen`: staff chose the carrier. `is_asked`: a waybill may exist. `replaces`: the booking whose parcel gets this one's
    waybill. `actor_label` is who wanted it so last. `due_at` also serves as the lease of the worker; None: nothing is to be done.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="bookings")
    reference = models.CharField(_("reference"), max_length=60, unique=True)
    pieces = models.JSONField(default=dict)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=BookingState.choices, default=BookingState.WAITING
    )
    cp_id = models.PositiveIntegerField(_("carrier's number"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True, default="")
    account_code = models.CharField(max_length=80, blank=True, default="")
    waybill = models.CharField(_("waybill"), max_length=80, blank=True, default="")
    cod_minor = models.BigIntegerField(_("cash on delivery"), default=0)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    label_url = models.CharField(max_length=1000, blank=True, default="")
    label_path = models.CharField(max_length=200, blank=True, default="")
    label_error = models.CharField(max_length=300, blank=True, default="")
    shipment = models.ForeignKey(
        "fulfilment.Shipment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    is_chosen = models.BooleanField(default=False)
    is_asked = models.BooleanField(default=False)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(null=True, blank=True, default=now)
    actor_label = models.CharField(_("who"), max_length=150)
    created_at = models.DateTimeField(_("created"), default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name = _("booking with a carrier")
        verbose_name_plural = _("bookings with carriers")
        permissions: ClassVar = [("print_label", "Can print labels of carriers")]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="clickpost_booking_due"),
            models.Index(fields=["waybill"], name="clickpost_booking_waybill"),
        ]

    def __str__(self) -> str:
        return self.reference


class FollowedParcel(StoreModel):
    """A parcel with the number that ClickPost knows it by, and the newest state that was applied to it.

    `rank` orders states of the same second. `problem`: what the carrier says and we can't follow by ourselves.
    """

    shipment = models.ForeignKey(
        "fulfilment.Shipment", on_delete=models.PROTECT, related_name="followed"
    )
    waybill = models.CharField(_("waybill"), max_length=80)
    cp_id = models.PositiveIntegerField(null=True, blank=True)
    last_code = models.CharField(_("last code"), max_length=40, blank=True, default="")
    last_status = models.CharField(
        _("last news"), max_length=20, choices=ScanStatus.choices, blank=True, default=""
    )
    last_at = models.DateTimeField(_("last scan"), null=True, blank=True)
    rank = models.SmallIntegerField(default=0)
    ndr_code = models.CharField(max_length=10, blank=True, default="")
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    problem = models.CharField(_("to be decided"), max_length=300, blank=True, default="")
    is_over = models.BooleanField(default=False)
    heard_at = models.DateTimeField(default=now)
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["waybill", "shipment"], name="clickpost_followed_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["is_over", "heard_at"], name="clickpost_followed_silent")
        ]

    def __str__(self) -> str:
        return self.waybill


class CarrierRequest(StoreModel):
    """What a carrier is to do after a failed delivery, as it was decided here. `message_ref` makes a decision one request
    of each act."""

    shipment = models.ForeignKey(
        "fulfilment.Shipment", on_delete=models.PROTECT, related_name="carrier_requests"
    )
    waybill = models.CharField(_("waybill"), max_length=80)
    cp_id = models.PositiveIntegerField(null=True, blank=True)
    act = models.CharField(_("what"), max_length=16, choices=Act.choices)
    data = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.WAITING
    )
    answer = models.CharField(_("answer of the carrier"), max_length=300, blank=True, default="")
    message_ref = models.CharField(max_length=36)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True, default=now)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message_ref", "waybill", "act"], name="clickpost_request_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="clickpost_request_due")]

    def __str__(self) -> str:
        return f"{self.waybill} {self.act}"
