"""Store home: every mail to a person, whole, so that it can be tried again as it was; and which mails people want."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.notifications.states import MailState
from apps.tenancy.models import StoreModel

FORGOTTEN: Final = "••••"
"""What a mail has in place of its secret."""
WORDING_FIELDS: Final = ("subject", "preheader", "heading", "body", "button", "text")
"""The parts of a mail that staff edit."""


class SentMail(StoreModel):
    """One mail to one person. `message_ref` names the subject and is unique, so that no second mail about it is
    written."""

    message_ref = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=60)
    about = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("What it is about, such as order:ID: mails about one order form a thread."),
    )
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
            models.Index(fields=["about"], name="sentmail_about"),
        ]
        verbose_name = _("e-mail")

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def shown_text(self) -> str:
        """For staff: without its secret, also while it waits."""
        return self.text.replace(self.secret, FORGOTTEN) if self.secret else self.text

    @property
    def shown_html(self) -> str:
        return self.html.replace(self.secret, FORGOTTEN) if self.secret else self.html


class AskTwice(models.TextChoices):
    """Whether consent counts only after a mail to the address was confirmed (double opt-in)."""

    COUNTRY = "country", _("As is usual in the store's country")
    ALWAYS = "always", _("Always")
    NEVER = "never", _("Never")


class MailSettings(StoreModel):
    """One row (`key` is always `store`). Read it by `get_mail_settings`."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    imprint = models.TextField(
        _("who the store is"),
        max_length=600,
        blank=True,
        default="",
        help_text=_(
            "At the end of every mail: the company, its postal address, its register and number, where the law asks for them."
        ),
    )
    asks_twice = models.CharField(
        _("ask by mail whether consent is meant"),
        max_length=8,
        choices=AskTwice.choices,
        default=AskTwice.COUNTRY,
        help_text=_(
            "Consent to mails that a person may refuse counts only after the link in a mail was followed. Usual in Germany and Austria."
        ),
    )

    class Meta:
        verbose_name = _("mail settings")
        verbose_name_plural = _("mail settings")

    def __str__(self) -> str:
        return str(_("mail settings"))


class MailAddress(StoreModel):
    """An address that we write to: what mail servers said about it. Its key is in the links of mails."""

    email = models.EmailField(max_length=254, unique=True)
    bounced_at = models.DateTimeField(
        null=True,
        blank=True,
        verbose_name=_("does not exist since"),
        help_text=_("Only mails about orders, accounts and requests are still tried."),
    )
    bounce_reason = models.CharField(max_length=300, blank=True, default="")
    soft_bounces = models.PositiveIntegerField(
        default=0, help_text=_("Refused for a time, such as by a full mailbox.")
    )
    last_refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("address of mails")
        verbose_name_plural = _("addresses of mails")

    def __str__(self) -> str:
        return self.email


class MailConsent(StoreModel):
    """Whether an address wants a kind of mail, with the moment and the source of both answers.

    `asked_at` is when a mail asked for a confirmation, `confirmed_at` when its link was followed. Of a person whose data was
    erased the row stays for some years, under a hash of the address.
    """

    email = models.EmailField(max_length=254)
    kind = models.CharField(max_length=40)
    is_on = models.BooleanField(verbose_name=_("wanted"))
    opted_in_at = models.DateTimeField(null=True, blank=True, verbose_name=_("agreed"))
    asked_at = models.DateTimeField(null=True, blank=True, verbose_name=_("asked by mail"))
    asked_times = models.PositiveSmallIntegerField(default=0, db_default=0)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("confirmed by the link in the mail")
    )
    erased_at = models.DateTimeField(null=True, blank=True, verbose_name=_("erased"))
    opted_in_source = models.CharField(max_length=60, blank=True, default="")
    opted_in_words = models.TextField(
        blank=True, default="", help_text=_("The words to which the person agreed.")
    )
    opted_out_at = models.DateTimeField(null=True, blank=True, verbose_name=_("refused"))
    opted_out_source = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("wish about mails")
        verbose_name_plural = _("wishes about mails")
        constraints = [
            models.UniqueConstraint(fields=["email", "kind"], name="mailconsent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.kind}"

    @property
    def is_waiting(self) -> bool:
        """A mail has asked, and there is no answer yet."""
        if self.is_on or self.asked_at is None or self.erased_at is not None:
            return False
        return self.opted_out_at is None or self.opted_out_at < self.asked_at


class MailWording(StoreModel):
    """A version of what staff wrote for a mail in a language; the highest number is in use. Empty: as by default.

    `problem` says why it could not be used the last time, and the default was sent.
    """

    mail = models.CharField(max_length=60)
    language = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=500, blank=True, default="")
    preheader = models.CharField(max_length=500, blank=True, default="")
    heading = models.CharField(max_length=500, blank=True, default="")
    body = models.TextField(blank=True, default="")
    button = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=now)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")
    problem_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("wording of a mail")
        verbose_name_plural = _("wordings of mails")
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "language", "number"], name="mailwording_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail} ({self.language}), {self.number}"

    @property
    def is_default(self) -> bool:
        return not any(getattr(self, name) for name in WORDING_FIELDS)
