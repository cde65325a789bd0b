"""Shared columns of all long jobs: the progress, and the worker that holds the job."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.progress import show_message
from apps.tenancy.models import PlatformModel


class LeasedWork(PlatformModel):
    """Work of minutes to hours that one worker at a time does: see `apps/platform/jobs.py`.

    A worker owns the row while `lease_until` lies in the future. When it dies, a sweep hands the row to another one.
    """

    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    current_step = models.CharField(_("step"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=200, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_holder = models.CharField(max_length=80, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    @property
    def shown_message(self) -> str:
        """`message` is stored untranslated."""
        return show_message(self.message)
