"""Sweeps of tickets."""

from apps.platform.sweeps import sweep
from apps.support import services as support


@sweep
def mark_late_tickets() -> int:
    return support.mark_breaches()


@sweep
def close_solved_tickets() -> int:
    return support.close_solved()


@sweep
def forget_raw_mails() -> int:
    return support.forget_raw_mails()
