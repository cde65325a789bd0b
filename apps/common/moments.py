"""A moment in words: the same on pages and in mails."""

from datetime import datetime

from babel import Locale
from babel.dates import format_date, format_time


def format_moment(local: datetime, locale: Locale | str) -> str:
    """`24 Nov 2026, 3:23 pm`, of a moment in the time zone of its reader."""
    day, clock = format_date(local, "medium", locale), format_time(local, "short", locale=locale)
    return f"{day}, {clock}"
