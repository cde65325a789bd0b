"""Rows of the platform home: what the platform says to the staff of stores, in their admins."""

from typing import ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.platform.models.billing import Plan
from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel

# Each store reads it by its own clock: the ends of the calendar have no moment in some of them.
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100


class Announcement(PlatformModel):
    """Shown on every page of the admins of its stores, from one moment to another. Of maintenance, `work_from` and
    `work_until` say when the work is done; the notice may begin days before."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        MAINTENANCE = "maintenance", _("maintenance")
        WARNING = "warning", _("warning")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.NEWS)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True, max_length=2000)
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("only stores of the plan"),
    )
    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("only the store"),
        help_text=_("Without a plan and a store: all stores."),
    )
    shown_from = models.DateTimeField(_("shown from"), default=now)
    shown_until = models.DateTimeField(_("shown until"), db_index=True)
    work_from = models.DateTimeField(
        _("work begins"),
        null=True,
        blank=True,
        help_text=_("Of maintenance. Each store reads it by its own clock."),
    )
    work_until = models.DateTimeField(_("work ends"), null=True, blank=True)
    written_by = models.CharField(_("written by"), max_length=254, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar = ["-shown_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(shown_until__gt=F("shown_from")), name="platform_announcement_shown"
            ),
            models.CheckConstraint(
                condition=Q(plan=None) | Q(store=None), name="platform_announcement_one_audience"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        wrong = {
            name: gettext("A year between %(first)s and %(last)s.")
            % {"first": _FIRST_YEAR, "last": _LAST_YEAR}
            for name in ("shown_from", "shown_until", "work_from", "work_until")
            if (moment := getattr(self, name)) and not _FIRST_YEAR <= moment.year <= _LAST_YEAR
        }
        if self.shown_from and self.shown_until and self.shown_until <= self.shown_from:
            wrong["shown_until"] = gettext("It must end after it has begun.")
        if self.plan_id and self.store_id:
            wrong["store"] = gettext("Choose a plan or a store, not both.")
        is_work = self.kind == self.Kind.MAINTENANCE
        if is_work and not (self.work_from and self.work_until):
            wrong["work_from"] = gettext("Say when the work begins and ends.")
        elif not is_work and (self.work_from or self.work_until):
            wrong["work_from"] = gettext("Only maintenance has a time of work.")
        elif self.work_from and self.work_until and self.work_until <= self.work_from:
            wrong["work_until"] = gettext("It must end after it has begun.")
        if wrong:
            raise ValidationError(wrong)
