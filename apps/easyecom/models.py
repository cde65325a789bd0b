"""Rows live in the store's database: what is at EasyEcom of each order, and what staff map between the two."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.easyecom.states import Job, Meaning, PushState, Side, StatusSource
from apps.tenancy.models import StoreModel


class PushedOrder(StoreModel):
    """An order on its way to EasyEcom. `due_at` serves as the lease of the worker that is at it.

    `tried_at` is when a request to create it was last begun: from then on it may be there, whatever was answered. `sent` is
    what was sent: pieces by SKU, and where to. `doubt` is what staff have to look at, in words. `is_pressed`: staff want it there.
    """

    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, related_name="pushed_to_easyecom"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=PushState.choices, default=PushState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"), default=now)
    last_error = models.CharField(_("what went wrong"), max_length=300, blank=True, default="")
    order_ref = models.CharField(_("EasyEcom's order"), max_length=40, blank=True, default="")
    invoice_ref = models.CharField(_("EasyEcom's invoice"), max_length=40, blank=True, default="")
    queue_ref = models.CharField(_("EasyEcom's queue"), max_length=80, blank=True, default="")
    sent = models.JSONField(default=dict, blank=True)
    is_pressed = models.BooleanField(default=False)
    doubt = models.CharField(_("to be looked at"), max_length=300, blank=True, default="")
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled there"), null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name = _("order at EasyEcom")
        verbose_name_plural = _("orders at EasyEcom")
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="easyecom_push_due"),
            models.Index(fields=["doubt"], name="easyecom_push_doubt"),
        ]

    def __str__(self) -> str:
        return str(self.order)


class StatusMeaning(StoreModel):
    """What a status of EasyEcom means here. A status that comes and is not there becomes a row without a meaning.

    `waiting` are invoices that had it meanwhile: they are looked at again once it is mapped.
    """

    source = models.CharField(_("which value"), max_length=8, choices=StatusSource.choices)
    value = models.CharField(_("value"), max_length=120)
    label = models.CharField(_("words"), max_length=120, blank=True, default="")
    meaning = models.CharField(
        _("means here"), max_length=10, choices=Meaning.choices, blank=True, default=""
    )
    times_seen = models.PositiveIntegerField(_("times seen"), default=0)
    waiting = models.JSONField(default=list, blank=True, editable=False)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["source", "value"]
        verbose_name = _("status of EasyEcom")
        verbose_name_plural = _("statuses of EasyEcom")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "value"], name="easyecom_status_once")
        ]

    def __str__(self) -> str:
        return self.label or self.value


class Location(StoreModel):
    """A location of EasyEcom, and the warehouse here that is the same place."""

    key = models.CharField(_("location key"), max_length=120, unique=True)
    number = models.CharField(_("EasyEcom's warehouse"), max_length=40, blank=True, default="")
    name = models.CharField(_("name there"), max_length=120, blank=True, default="")
    warehouse = models.ForeignKey(
        "inventory.Warehouse",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("warehouse here"),
        related_name="easyecom_locations",
    )
    times_skipped = models.PositiveIntegerField(_("levels without a place"), default=0)
    seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "key"]
        verbose_name = _("location of EasyEcom")
        verbose_name_plural = _("locations of EasyEcom")

    def __str__(self) -> str:
        return self.name or self.key


class StockLevel(StoreModel):
    """The last level that EasyEcom has sent of an SKU at a location. Levels have no time of their own: of two, the one that
    arrived later counts. `ours` is what was on hand here, `missing` are promised pieces that are not there."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="levels")
    sku = models.CharField(_("SKU"), max_length=64)
    level = models.IntegerField(_("at EasyEcom"))
    ours = models.IntegerField(_("here"), null=True, blank=True)
    difference = models.IntegerField(_("difference"), default=0)
    missing = models.PositiveIntegerField(_("promised and not there"), default=0)
    heard_at = models.DateTimeField(_("heard"))

    class Meta:
        ordering: ClassVar = ["sku", "id"]
        verbose_name = _("level of EasyEcom")
        verbose_name_plural = _("levels of EasyEcom")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["location", "sku"], name="easyecom_level_once")
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.level}"


class UnmatchedSku(StoreModel):
    """An SKU that one of the two does not know. It goes as soon as both do."""

    side = models.CharField(_("where it is"), max_length=8, choices=Side.choices)
    sku = models.CharField(_("SKU"), max_length=64)
    title = models.CharField(_("name"), max_length=250, blank=True, default="")
    reason = models.CharField(_("why"), max_length=200, blank=True, default="")
    times_seen = models.PositiveIntegerField(_("times seen"), default=1)
    seen_at = models.DateTimeField(_("last seen"), default=now)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-seen_at", "-id"]
        verbose_name = _("SKU that does not match")
        verbose_name_plural = _("SKUs that do not match")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["side", "sku"], name="easyecom_unmatched_once")
        ]

    def __str__(self) -> str:
        return self.sku


class SyncJob(StoreModel):
    """How far a job is that reads at EasyEcom, and when it runs again. `lease_until` keeps other workers away.

    Everything before `read_until` was read. Within a window, `next_url` is the page that comes next, as EasyEcom gave it.
    """

    job = models.CharField(max_length=10, choices=Job.choices, unique=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=now)
    read_until = models.DateTimeField(null=True, blank=True)
    window_from = models.DateTimeField(null=True, blank=True)
    window_until = models.DateTimeField(null=True, blank=True)
    next_url = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["job"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(window_from__isnull=True) | Q(window_until__gte=F("window_from")),
                name="easyecom_job_window",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_job_display())
