"""Store home: every mail to a person, in the store's SQL database, whole, so that it can be tried again as it was."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.notifications.states import MailState
from apps.tenancy.models import StoreModel

FORGOTTEN: Final = "••••"
"""What a mail has in place of its secret."""


class SentMail(StoreModel):
    """One mail to one person. `message_ref` names the subject and is unique, so that no second mail about it is
    written."""

    message_ref = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=16, default="en")
    to = models.EmailField(max_length=254, db_index=True)
    reply_to = models.EmailField(max_length=254, blank=True, default="")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    attached_file = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("In the store's private files."),
    )
    attached_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    secret = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Is in the text until the mail has left."),
    )
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    sending = models.PositiveSmallIntegerField(
        default=1, help_text=_("Counts up when staff send it again.")
    )
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "created_at"], name="sentmail_state_created"),
            models.Index(fields=["created_at"], name="sentmail_created"),
        ]
        verbose_name = _("e-mail")

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def shown_text(self) -> str:
        """For staff: without its secret, also while it waits."""
        return self.text.replace(self.secret, FORGOTTEN) if self.secret else self.text
