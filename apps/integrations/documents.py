"""Documents homes: orders as outside systems tell of them. `easyecom_orders` and `clickpost_orders` are production
documents; `clickpost_dev_orders` are development documents.

A document is written by `services/writing.py` only, in one write guarded by `version`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django_mongodb_backend.fields import ArrayField

from apps.tenancy.documents.models import DevelopmentDocument, Document


class OrderDocument(models.Model):
    """The newest state of one order of the outside system, with the raw payload it came in.

    `ref` is the outside system's own key, `number` ours. `version` sorts by the outside system's time, then by arrival.
    `scans` are what happened on the way, each once, in no order. `message_ref` is the message of the inbox with
    the newest state.
    """

    integration: ClassVar[str] = ""  # whose it is, for the list of databases

    ref = models.CharField(max_length=120)
    number = models.CharField(max_length=120, blank=True, default="")
    waybill = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(max_length=120, blank=True, default="")
    status_code = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=120)
    payload = models.JSONField(default=dict, blank=True)
    scans = ArrayField(models.JSONField(), default=list, blank=True)
    message_ref = models.CharField(max_length=36, blank=True, default="")
    first_seen_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number or self.ref


class EasyEcomOrder(OrderDocument, Document):
    """An invoice of EasyEcom: one order may be split in several."""

    integration = "easyecom"

    class Meta:
        db_table = "easyecom_orders"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "ref"], name="easyecom_order_ref")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "ref", "version"], name="easyecom_order_version"),
            models.Index(fields=["store", "number"], name="easyecom_order_number"),
            models.Index(fields=["store", "waybill"], name="easyecom_order_waybill"),
        ]


class ClickPostOrder(OrderDocument, Document):
    """A parcel of ClickPost."""

    integration = "clickpost"

    class Meta:
        db_table = "clickpost_orders"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "ref"], name="clickpost_order_ref")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "ref", "version"], name="clickpost_order_version"),
            models.Index(fields=["store", "number"], name="clickpost_order_number"),
            models.Index(fields=["store", "waybill"], name="clickpost_order_waybill"),
        ]


class ClickPostDevOrder(OrderDocument, DevelopmentDocument):
    """A parcel of ClickPost's test account."""

    integration = "clickpost-dev"

    class Meta:
        db_table = "clickpost_dev_orders"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "ref"], name="clickpost_dev_order_ref")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "ref", "version"], name="clickpost_dev_order_version"),
            models.Index(fields=["store", "number"], name="clickpost_dev_order_number"),
            models.Index(fields=["store", "waybill"], name="clickpost_dev_order_waybill"),
        ]
