from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.accounts.sweeps import prune_sessions_and_tokens
from apps.accounts.tasks import prune_platform
from apps.common.clock import now
from apps.tenancy.context import outside_store, use_store


def leave_behind() -> None:
    """A session and a refresh token that have expired, and one of each that has not."""
    for number, days in enumerate((-1, 1)):
        moment = now() + timedelta(days=days)
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=moment)
        OutstandingToken.objects.create(jti=f"t{number}", token="t", expires_at=moment)


def list_left() -> set[str]:
    kept = Session.objects.filter(session_key__in=["s0", "s1"]).values_list(
        "session_key", flat=True
    )
    return {*kept, *OutstandingToken.objects.filter(token="t").values_list("jti", flat=True)}


@pytest.mark.django_db(databases=["default", "platform"])
def test_what_expired_is_deleted_in_the_store_it_belongs_to(store: Any, other_store: Any) -> None:
    for each in (store, other_store):
        with use_store(each):
            leave_behind()
    with use_store(store):
        assert prune_sessions_and_tokens() == 2
        assert prune_sessions_and_tokens() == 0
        assert list_left() == {"s1", "t1"}
    with use_store(other_store):
        assert list_left() == {"s0", "s1", "t0", "t1"}


@pytest.mark.django_db(databases=["default", "platform"])
def test_the_platforms_own_are_deleted_too(store: Any) -> None:
    with use_store(store):
        leave_behind()
    with outside_store():
        leave_behind()
        assert prune_platform() == 2
        assert list_left() == {"s1", "t1"}
    with use_store(store):
        assert list_left() == {"s0", "s1", "t0", "t1"}


def test_the_operators_page_names_everything_on_the_clock() -> None:
    page = (Path(settings.BASE_DIR) / "docs/operations.md").read_text()
    clock = page.split("## The clock")[1].split("## ")[0]
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert f"`{entry['task']}`" in clock
