"""Rows live in both SQL homes: the platform's (what happened on the platform) and each store's (what happened there)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.actor import ActorKind
from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.events.states import KeyState, MessageState
from apps.tenancy.models import SharedModel


class OutboxMessage(SharedModel):
    """A message for a consumer, written in the transaction of its change, deleted some time after its delivery.

    `message_id` is the same for all consumers of one `emit` and on every delivery: consumers recognise repeats by it.
    `due_at` also serves as the lease of a running delivery.
    """

    message_id = models.UUIDField(db_index=True)
    topic = models.CharField(max_length=80)
    key = models.CharField(
        max_length=100, help_text=_("What it is about, for example the order's id.")
    )
    consumer = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="outbox_state_due"),
            models.Index(fields=["state", "delivered_at"], name="outbox_state_delivered"),
        ]
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")

    def __str__(self) -> str:
        return f"{self.topic} → {self.consumer}"


class IdempotencyKey(SharedModel):
    """A request that may be repeated: the process that runs it, and its answer."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=KeyState.choices, default=KeyState.RUNNING)
    holder = models.UUIDField(help_text=_("The run that may write the answer."))
    locked_at = models.DateTimeField(default=now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_scope_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class AuditEntry(AppendOnly, SharedModel):
    """Who did what to which object, before and after, from where. Added, never changed."""

    actor_kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_ref = models.UUIDField(null=True, blank=True)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=80, db_index=True, help_text=_("noun.past_verb"))
    target_type = models.CharField(max_length=80)
    target_ref = models.CharField(max_length=64)
    target_label = models.CharField(max_length=200, blank=True, default="")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    door = models.CharField(max_length=10, blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, db_index=True)

    objects = AppendOnlyQuerySet["AuditEntry"].as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_ref"], name="audit_target"),
        ]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.action} {self.target_label or self.target_ref}"


class AuditSeal(AppendOnly, SharedModel):
    """A day of the audit log (UTC) that is over, with the entries since the seal before: their number, and a digest of
    them and of the seal before. A row that was changed, removed or added afterwards does not fit any more."""

    on = models.DateField(unique=True)
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["AuditSeal"].as_manager()

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return str(self.on)
