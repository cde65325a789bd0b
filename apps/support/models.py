"""Store home: tickets, what was written in them, files, mails that came in, and the store's settings."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.common.ids import random_token
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.orders.models import Order
from apps.support.desk import SupportSettings
from apps.support.limits import MAX_COMMENT, MAX_SUBJECT
from apps.support.states import MailOutcome, MessageKind, Priority, TicketState, Way
from apps.tenancy.models import StoreModel

__all__ = [
    "Attachment",
    "CannedAnswer",
    "InboundMail",
    "Message",
    "MessageText",
    "SupportSettings",
    "Ticket",
]


class Ticket(StoreModel):
    """A request of a buyer. Only services change its state.

    `solve_due_at` is set while the clock of the solution runs, `solve_left` (seconds of working time) while it rests.
    """

    number = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=MAX_SUBJECT)
    state = models.CharField(max_length=14, choices=TicketState.choices, default=TicketState.OPEN)
    priority = models.CharField(
        max_length=6, choices=Priority.choices, default=Priority.NORMAL, verbose_name=_("priority")
    )
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
    )
    email = models.EmailField(max_length=254, db_index=True)
    name = models.CharField(max_length=120, blank=True, default="")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    language = models.CharField(max_length=16, default="en")
    tags = models.CharField(
        max_length=200, blank=True, default="", help_text=_("Words with commas between.")
    )
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assigned to"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    access_token = models.CharField(max_length=32, unique=True, default=random_token)
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.PAGE)
    message_count = models.PositiveIntegerField(default=0)
    has_news = models.BooleanField(
        default=True, help_text=_("Something came that staff have not answered.")
    )

    first_due_at = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    first_breached_at = models.DateTimeField(null=True, blank=True)
    solve_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    solve_left = models.IntegerField(null=True, blank=True)
    solve_target = models.PositiveIntegerField(default=0)
    solve_breached_at = models.DateTimeField(null=True, blank=True)

    score = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("satisfaction"))
    score_comment = models.CharField(max_length=MAX_COMMENT, blank=True, default="")
    scored_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    last_message_at = models.DateTimeField(default=now)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    audit_hides: ClassVar[tuple[str, ...]] = (
        "subject", "email", "name", "access_token", "score_comment", "tags",
    )  # fmt: skip

    class Meta:
        ordering = ["-last_message_at", "-id"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["state", "last_message_at"], name="support_state_last"),
            models.Index(fields=["last_message_at"], name="support_last"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="support_score"
            ),
            models.CheckConstraint(
                condition=Q(solve_due_at=None) | Q(solve_left=None), name="support_one_clock"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_over(self) -> bool:
        return self.state in (TicketState.SOLVED, TicketState.CLOSED)

    @property
    def is_overdue(self) -> bool:
        return self.is_answer_overdue or (
            self.solve_due_at is not None and self.solve_due_at < now()
        )

    @property
    def is_answer_overdue(self) -> bool:
        is_waiting = self.first_answered_at is None and not self.is_over
        return is_waiting and self.first_due_at is not None and self.first_due_at < now()


class Message(AppendOnly, StoreModel):
    """Something written or done, in order of `sequence`. Its words are a row of their own, which can be erased.

    `code` and `data` say what an event was; no personal data belongs there. `request_key` makes a repeated form or mail
    one message.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=MessageKind.choices)
    is_internal = models.BooleanField(default=False)
    is_verified = models.BooleanField(
        default=True, help_text=_("False: it came by mail, and the sender is not proved.")
    )
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.PAGE)
    code = models.CharField(max_length=30, blank=True, default="")
    data = models.JSONField(default=dict)
    author_ref = models.UUIDField(null=True, blank=True)
    request_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["Message"].as_manager()

    class Meta:
        ordering = ["ticket", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "sequence"], name="support_sequence"),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.NOTE) | Q(is_internal=True), name="support_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class MessageText(StoreModel):
    """The words of a message: deleted when a buyer's data is erased."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="words")
    text = models.TextField(blank=True, default="")
    quoted = models.TextField(blank=True, default="")
    author = models.CharField(max_length=254, blank=True, default="")

    def __str__(self) -> str:
        return f"Words of {self.message_id}"


class Attachment(StoreModel):
    """A file of a message, in the store's private files. Pictures are prepared: `width` is theirs."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    file = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.width is not None


class InboundMail(StoreModel):
    """A mail as it came, before it is handled. `message_key` stands for its `Message-ID`: a repeated delivery is known.

    The raw file is deleted after a month.
    """

    message_key = models.CharField(max_length=64, unique=True)
    file = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    outcome = models.CharField(
        max_length=10, choices=MailOutcome.choices, default=MailOutcome.WAITING
    )
    reason = models.CharField(max_length=60, blank=True, default="")
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )
    received_at = models.DateTimeField(default=now, db_index=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = _("mail that came in")
        verbose_name_plural = _("mails that came in")

    def __str__(self) -> str:
        return f"Mail of {self.received_at:%Y-%m-%d %H:%M}"


class CannedAnswer(StoreModel):
    """A text that staff use again. Words in braces are filled in: `apps.support.canned.VARIABLES`."""

    title = models.CharField(max_length=80, unique=True)
    text = models.TextField(max_length=5_000)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")

    def __str__(self) -> str:
        return self.title
