"""Rows live in the store's database: gift cards and store credit, each with a balance and its ledger."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now, today
from apps.common.money import format_money, from_minor
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.giftcards.kinds import EntryKind
from apps.tenancy.models import StoreModel


class Account(StoreModel):
    """Money of a buyer that the store holds. The balance is the sum of its entries: only `services/booking.py` changes
    it, together with the entry that says why."""

    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    entries: Any

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0), name="%(class)s_balance_not_negative"
            )
        ]


class Entry(AppendOnly, StoreModel):
    """A movement, for good: the amount is signed. Unique for account, kind and cause, so a repeated call books once."""

    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    amount_minor = models.BigIntegerField()
    cause = models.CharField(max_length=100)
    reason = models.CharField(max_length=255, blank=True, default="")
    order_number = models.CharField(max_length=16, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_label = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class GiftCard(Account):
    """A person who knows the code can spend it. `cause` names what it was issued for and is unique, so that it is issued once.

    One that was bought names its order, and `deliver_on` is the day of its mail. Until `sent_at` it has no code that
    anything knows: the code is made when the mail is written.
    """

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    last_four = models.CharField(_("ends with"), max_length=4, editable=False, db_index=True)
    initial_minor = models.BigIntegerField(editable=False, validators=[MinValueValidator(1)])
    expires_on = models.DateField(
        _("expires on"),
        null=True,
        blank=True,
        help_text=_("The last day on which it can be used. Empty: it does not expire."),
    )
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    recipient_email = models.EmailField(_("recipient"), max_length=254, blank=True, default="")
    message = models.TextField(_("message"), max_length=500, blank=True, default="")
    batch = models.CharField(_("batch"), max_length=60, blank=True, default="")
    cause = models.CharField(max_length=100, null=True, unique=True, editable=False)
    recipient_name = models.CharField(
        _("name of the recipient"), max_length=120, blank=True, default="", db_default=""
    )
    sender_name = models.CharField(_("from"), max_length=120, blank=True, default="", db_default="")
    language = models.CharField(
        max_length=16, blank=True, default="", db_default="", editable=False
    )
    order_ref = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    order_number = models.CharField(
        _("bought with"), max_length=16, blank=True, default="", db_default="", editable=False
    )
    deliver_on = models.DateField(
        _("to be sent on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of a card that was bought: the day of its mail."),
    )
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Account.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["expires_on"], name="giftcard_expires"),
            models.Index(fields=["created_at"], name="giftcard_created"),
            models.Index(fields=["sent_at", "deliver_on"], name="giftcard_to_send"),
        ]

    def __str__(self) -> str:
        amount = format_money(from_minor(self.initial_minor, self.currency), "en")
        return f"{self.name} ({amount})"

    @property
    def name(self) -> str:
        """`…Q9TX`; one that waits for its day has no code yet."""
        return f"…{self.last_four}" if self.last_four else gettext("not sent yet")

    @property
    def is_bought(self) -> bool:
        return self.order_ref is not None

    @property
    def is_waiting(self) -> bool:
        """Its mail is still to be sent."""
        return self.deliver_on is not None and self.sent_at is None and self.disabled_at is None

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < today()

    @property
    def is_usable(self) -> bool:
        return self._is_valid and self.balance_minor > 0

    @property
    def is_used_up(self) -> bool:
        """Nothing is wrong with it but its balance."""
        return self._is_valid and self.balance_minor <= 0

    @property
    def _is_valid(self) -> bool:
        return self.disabled_at is None and not self.is_expired


class GiftCardEntry(Entry):
    account = models.ForeignKey(
        GiftCard, on_delete=models.PROTECT, related_name="entries", db_index=False
    )

    objects = AppendOnlyQuerySet["GiftCardEntry"].as_manager()

    class Meta(Entry.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "cause"], name="giftcard_entry_once"
            ),
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="giftcard_entry_moves_something"
            ),
        ]


class StoreCredit(Account):
    """What the store owes a customer and can be spent at checkout after a login."""

    customer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="store_credit"
    )

    class Meta(Account.Meta):
        ordering = ["-created_at", "-id"]
        verbose_name = _("store credit")
        verbose_name_plural = _("store credit")

    def __str__(self) -> str:
        return format_money(from_minor(self.balance_minor, self.currency), "en")


class StoreCreditEntry(Entry):
    account = models.ForeignKey(
        StoreCredit, on_delete=models.PROTECT, related_name="entries", db_index=False
    )

    objects = AppendOnlyQuerySet["StoreCreditEntry"].as_manager()

    class Meta(Entry.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "cause"], name="storecredit_entry_once"
            ),
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="storecredit_entry_moves_something"
            ),
        ]
