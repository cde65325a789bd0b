"""Where a store sends its news, and what was sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.partners.states import DeliveryState, EndpointState
from apps.tenancy.models import StoreModel


class WebhookEndpoint(StoreModel):
    """An address of a partner's program. Its secret is made from the store, this row and a generation, and is not kept.

    `lease_until`: a worker is sending to it. `failing_since`: of the first failure after the last success.
    `made_by_key`: the API key that made it, or entered its address, which takes it along when it is revoked or expires.
    """

    url = models.URLField(_("address"), max_length=500)
    description = models.CharField(_("what for"), max_length=120, blank=True, default="")
    topics = models.JSONField(_("topics"), default=list)
    state = models.CharField(
        max_length=12, choices=EndpointState.choices, default=EndpointState.ACTIVE
    )
    state_reason = models.CharField(max_length=200, blank=True, default="")
    secret_generation = models.PositiveIntegerField(default=1)
    previous_secret_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.CharField(max_length=200, editable=False)
    made_by_key = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(StoreModel):
    """One event for one endpoint. `event_id` is the same at every try, and for every endpoint of the event."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    event_id = models.CharField(max_length=40)
    topic = models.CharField(_("topic"), max_length=60)
    resource_id = models.CharField(max_length=64, blank=True, default="")
    version = models.PositiveBigIntegerField(default=0)
    body = models.TextField()
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(default=now)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivery_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="webhook_delivery_due"),
            models.Index(fields=["created_at"], name="webhook_delivery_created"),
        ]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")

    def __str__(self) -> str:
        return f"{self.topic} {self.event_id}"


class WebhookAttempt(StoreModel):
    """One try: what the endpoint answered, cut, and how long it took."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, default="")
    error = models.CharField(max_length=200, blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.status or self.error}"
