"""Sweeps of payments that a crash or a silent gateway left unfinished."""

from datetime import timedelta

from django.conf import settings

from apps.payments import services
from apps.platform.sweeps import sweep


def _stalled() -> timedelta:
    return timedelta(seconds=settings.CHECKOUT_STALLED_SECONDS)


@sweep
def reconcile_new_payments() -> int:
    """Payments whose gateway was never called, or whose news never came."""
    return services.reconcile_new_payments(older_than=_stalled())


@sweep
def send_waiting_captures() -> int:
    """Captures that no answer of the gateway has finished."""
    return services.send_waiting_captures(older_than=_stalled())


@sweep
def look_after_holds() -> int:
    """Holds of banks that have ended, or that are not needed any more."""
    return services.look_after_holds(older_than=_stalled())


@sweep
def send_waiting_refunds() -> int:
    """Refunds the gateway has not confirmed."""
    return services.send_waiting_refunds(older_than=_stalled())
