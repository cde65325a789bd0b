"""Rows live in the platform's database: which batches of API calls are in the days of stores, and the calls themselves."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.metering.limits import (
    MOST_AGENT,
    MOST_ENDPOINT,
    MOST_ERROR,
    MOST_KEY_NAME,
    MOST_REQUEST_ID,
)
from apps.platform.models import Store
from apps.tenancy.models import PlatformModel


class CountedBatch(PlatformModel):
    """A batch of counts, by the id that it has in the shared cache: written with its counts, so that it counts once."""

    counted_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class ApiCall(PlatformModel):
    """A call with an API key. The table is partitioned by `on`, the store's day, and its primary key is (`on`, `id`).

    `endpoint` is the pattern of the route, without what was asked for; `error` the code of the answer. A store that is
    pinned to a region has neither address nor user agent here.
    """

    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        related_name="api_calls",
        verbose_name=_("store"),
        db_constraint=False,
        db_index=False,
    )
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("time"))
    key_id = models.UUIDField()
    key_name = models.CharField(_("API key"), max_length=MOST_KEY_NAME)
    method = models.CharField(_("method"), max_length=7)
    endpoint = models.CharField(_("endpoint"), max_length=MOST_ENDPOINT)
    status = models.PositiveSmallIntegerField(_("status"))
    duration_ms = models.PositiveIntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=MOST_ERROR, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("program"), max_length=MOST_AGENT, blank=True)
    request_id = models.CharField(_("request"), max_length=MOST_REQUEST_ID, blank=True)

    class Meta:
        verbose_name = _("API call")
        verbose_name_plural = _("API calls")
        ordering: ClassVar = ["-on", "-id"]
        indexes: ClassVar = [models.Index(fields=["store", "on", "id"], name="metering_call_store")]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"
