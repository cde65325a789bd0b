"""The store's settings of its support desk: one row."""

import re
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.tenancy.models import StoreModel

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_HOURS = 2_000
_MOST_HOLIDAYS = 400


def read_holidays(text: str) -> frozenset[date]:
    """Days such as 2026-12-25, with spaces, commas or lines between. Raises `ValidationError`."""
    found = set()
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        try:
            found.add(date.fromisoformat(word))
        except ValueError:
            raise ValidationError(
                gettext("%(value)s is not a day. Write days as 2026-12-25.") % {"value": word[:40]}
            ) from None
    if len(found) > _MOST_HOLIDAYS:
        raise ValidationError(gettext("These are too many days."))
    return frozenset(found)


def check_holidays(text: str) -> None:
    read_holidays(text)


def _begin() -> Any:
    return models.TimeField(_("from"), null=True, blank=True, default=time(9))


def _end() -> Any:
    return models.TimeField(_("until"), null=True, blank=True, default=time(18))


def _no_time(label: Any) -> Any:
    return models.TimeField(label, null=True, blank=True)


def _target(label: Any, hours: int) -> Any:
    return models.PositiveSmallIntegerField(
        label, default=hours, validators=[MinValueValidator(1), MaxValueValidator(_MOST_HOURS)]
    )


class SupportSettings(StoreModel):
    """Working hours are in the store's time zone. Targets are hours of working time."""

    key = models.CharField(max_length=8, default="store", unique=True, editable=False)
    monday_from, monday_until = _begin(), _end()
    tuesday_from, tuesday_until = _begin(), _end()
    wednesday_from, wednesday_until = _begin(), _end()
    thursday_from, thursday_until = _begin(), _end()
    friday_from, friday_until = _begin(), _end()
    saturday_from, saturday_until = _no_time(_("from")), _no_time(_("until"))
    sunday_from, sunday_until = _no_time(_("from")), _no_time(_("until"))
    holidays = models.TextField(
        blank=True,
        default="",
        max_length=6_000,
        validators=[check_holidays],
        help_text=_("Days without work, such as 2026-12-25, one in each line."),
    )
    answer_urgent = _target(_("urgent"), 2)
    answer_high = _target(_("high"), 4)
    answer_normal = _target(_("normal"), 9)
    answer_low = _target(_("low"), 18)
    solve_urgent = _target(_("urgent"), 9)
    solve_high = _target(_("high"), 18)
    solve_normal = _target(_("normal"), 45)
    solve_low = _target(_("low"), 90)
    asks_satisfaction = models.BooleanField(
        _("ask for satisfaction"),
        default=True,
        help_text=_("With the mail that a request is solved, and on its page."),
    )
    auto_close_days = models.PositiveSmallIntegerField(
        _("close solved requests after days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    mailbox = models.EmailField(
        _("address for mail"),
        max_length=254,
        blank=True,
        default="",
        help_text=_(
            "Your support address, if its mails are passed on to us and addresses with a plus work there "
            "(help+something@example.com). Empty: the address that this platform gives you, if any."
        ),
    )
    secret_generation = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("support settings")
        verbose_name_plural = _("support settings")

    def __str__(self) -> str:
        return "Support settings"

    def clean(self) -> None:
        super().clean()
        faults = {}
        for day in DAYS:
            begin, end = getattr(self, f"{day}_from"), getattr(self, f"{day}_until")
            if (begin is None) != (end is None):
                faults[f"{day}_from"] = gettext("Enter both times, or none.")
            elif begin is not None and end != time(0) and end <= begin:
                faults[f"{day}_until"] = gettext("The end must be after the begin.")
        if faults:
            raise ValidationError(faults)
