"""Sweeps of mails."""

from apps.notifications import services
from apps.platform.sweeps import sweep


@sweep
def forget_old_mails() -> int:
    return services.forget_old_mails()


@sweep
def forget_erased_wishes() -> int:
    return services.forget_erased_wishes()
