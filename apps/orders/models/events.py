"""What happened to an order, and the words that staff mark it with."""

from django.db import models

from apps.common.actor import ActorKind
from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.tenancy.models import StoreModel


class OrderTag(StoreModel):
    """A word of staff by which they find orders, folded."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    tag = models.CharField(max_length=40, db_index=True)

    class Meta:
        ordering = ["tag"]
        constraints = [models.UniqueConstraint(fields=["order", "tag"], name="order_tag_once")]

    def __str__(self) -> str:
        return self.tag


class OrderEvent(AppendOnly, StoreModel):
    """A fact in the life of an order, in order of `sequence`. `data["changes"]` says what it changed.

    The order's state is the sum of its events. No personal data belongs in `data`: it is never deleted.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    actor_kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_label = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["OrderEvent"].as_manager()

    class Meta:
        ordering = ["order", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="order_event_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"
