"""The pages of a store's plan: its staff's, and the platform's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common.clock import today
from apps.platform import services
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import seeing_all
from tests.support.databases import lift_limits


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.FULFILMENT, 403)])
def test_those_who_see_the_staff_see_the_plan_and_what_is_used(
    store: Any, client_for: Callable[..., Client], role: Role, status: int
) -> None:
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, role))
    rename_session(client, f"session_{store.slug}")
    answer = client.get("/admin/plan/")
    assert answer.status_code == status
    if status == 200:
        for words in ("Larger plans", "Professional", "₹4,999.00 a month", "API calls per month"):
            assert words in answer.content.decode(), words


def test_the_platform_sees_limits_use_and_exceptions(
    store: Any, client_for: Callable[..., Client], system_scope: None
) -> None:
    lift_limits(store, max_products=1_234, placements="shared")
    services.grant_limit(
        store=store, limit="products", value=4_321, until=today(), reason="The fair"
    )
    client = client_for(None)
    client.force_login(User.objects.create_superuser("operator@example.com", "a-long-password-1"))
    rename_session(client, "session_platform")
    page = client.get(f"/admin/platform/store/{store.pk}/plan/").content.decode()
    for words in ("of 4,321", "The fair", "shared cluster", "Grant an exception"):
        assert words in page, words
