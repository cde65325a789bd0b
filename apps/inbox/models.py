"""Rows live in both SQL homes, of the platform and of each store: everything that other systems send."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.inbox.states import InboxState
from apps.tenancy.models import SharedModel


class InboxMessage(SharedModel):
    """One message as it came. It is handled by its source (`sources.py`), at least once.

    `key` is the sender's own id of the message, or a hash of it: the same in every delivery. `body` and `headers` are
    what came; only their expiry removes them. `repaired` is the copy that staff have corrected, handled in place of the
    body. `due_at` also serves as the lease of the worker that handles it. `effect` is what came of it, in words;
    of one that was dismissed, the reason. `forget_at` is when body, headers and copy expire; None: never, or they have.
    """

    source = models.CharField(_("source"), max_length=40)
    topic = models.CharField(_("what"), max_length=64)
    key = models.CharField(_("id of the message"), max_length=128)
    subject = models.CharField(_("about"), max_length=120, blank=True, default="")
    body = models.BinaryField(null=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    headers = models.JSONField(default=dict, blank=True)
    repaired = models.TextField(null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=InboxState.choices, default=InboxState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(default=now)
    last_error = models.TextField(_("what went wrong"), blank=True, default="")
    effect = models.CharField(_("effect"), max_length=300, blank=True, default="")
    received_at = models.DateTimeField(_("received"), default=now)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    forget_at = models.DateTimeField(null=True, blank=True)

    # Other people's orders and addresses: the audit log gets neither.
    audit_hides: ClassVar[tuple[str, ...]] = ("body", "headers", "repaired", "last_error")

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        verbose_name = _("message that came in")
        verbose_name_plural = _("messages that came in")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="inbox_message_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="inbox_state_due"),
            models.Index(fields=["source", "received_at"], name="inbox_source_received"),
            models.Index(fields=["forget_at"], name="inbox_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.topic} {self.subject or self.key}"

    @property
    def content(self) -> bytes:
        """What is handled: the repaired copy, or the body. Empty once it has expired."""
        return self.repaired.encode() if self.repaired is not None else self.raw

    @property
    def raw(self) -> bytes:
        """The bytes as they came."""
        body: Any = self.body  # a driver may return a view of memory
        return b"" if body is None else bytes(body)

    @property
    def is_forgotten(self) -> bool:
        return self.body is None
