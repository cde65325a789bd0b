"""What a move of the store means for requests that were running when it was paused."""

from apps.events.services.idempotency import release_running_keys
from apps.platform.moving.arriving import on_arrival

on_arrival(release_running_keys)
