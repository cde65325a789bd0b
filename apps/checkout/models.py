"""Store home: the fence that decides each checkout once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.tenancy.models import StoreModel


class CheckoutFence(StoreModel):
    """A row for each finished claim of a cart; its key is the checkout id.

    An order inserts it in its own transaction (`placed`); the sweeper inserts it before it gives a stalled cart
    back (`abandoned`). The second insert fails on the key, so a checkout is either placed or abandoned, never both.
    """

    class Outcome(models.TextChoices):
        PLACED = "placed", _("Placed")
        ABANDONED = "abandoned", _("Abandoned")

    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    request_key = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=_("The caller's idempotency key, for support."),
    )
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["outcome", "at"], name="checkout_fence_outcome_at")]

    def __str__(self) -> str:
        return f"{self.pk} {self.outcome}"
