"""The life of a store over HTTP: listed, suspended, published, archived, deleted in two steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.events.models import AuditEntry
from apps.operations.tasks import work_on_deletion
from apps.platform.models import Store, StoreDeletion
from tests.backoffice.sessions import rename_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client_for: Callable[..., Client]) -> Client:
    user = User.objects.create_superuser("boss@platform.example", "correct horse battery")
    return log_in(client_for(None), user)


def log_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return rename_session(client, "session_platform")


def post(client: Client, path: str, **body: Any) -> tuple[int, Any]:
    answer = client.post(f"/api/v1/stores/{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


def noted(store: Store) -> set[str]:
    """What the audit log has of the store by this door."""
    entries = AuditEntry.objects.filter(
        target_ref=str(store.pk), door="api", actor_label="boss@platform.example"
    )
    return set(entries.values_list("action", flat=True))


def read(client: Client, path: str = "") -> Any:
    return client.get(f"/api/v1/stores{path}").json()


def test_stores_are_listed_and_filtered(boss: Client, store: Store, other_store: Store) -> None:
    rows = read(boss)["results"]
    assert [row["slug"] for row in rows] == sorted(row["slug"] for row in rows)
    assert {row["slug"] for row in rows} >= {store.slug, other_store.slug}
    assert [row["id"] for row in read(boss, f"?q={store.slug[:4].upper()}")["results"]] == [
        str(store.pk)
    ]
    assert read(boss, "?status=suspended")["results"] == []
    first = read(boss, "?limit=1")
    assert (len(first["results"]), bool(first["next"])) == (1, True)
    assert boss.get("/api/v1/stores?status=open").status_code == 400
    one = read(boss, f"/{store.pk}")
    assert (one["slug"], one["status"], one["isPublished"]) == (store.slug, "active", True)
    assert boss.get("/api/v1/stores/nowhere").json()["error"]["code"] == "store_not_found"


def test_the_list_costs_the_same_with_more_stores(
    boss: Client, store: Store, other_store: Store, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        assert len(read(boss)["results"]) >= 2


def test_a_store_goes_through_its_states(boss: Client, store: Store) -> None:
    status, refused = post(boss, f"{store.slug}/suspend")
    assert (status, list(refused["error"]["fields"])) == (400, ["reason"])
    status, answer = post(boss, f"{store.slug}/suspend", reason="Unpaid.")
    assert (status, answer["status"], answer["suspensionReason"]) == (200, "suspended", "Unpaid.")
    assert (
        post(boss, f"{store.slug}/suspend", reason="Unpaid since May.")[1]["suspensionReason"]
        == "Unpaid since May."
    )
    status, refused = post(boss, f"{store.slug}/unpublish")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert post(boss, f"{store.slug}/reinstate")[1]["status"] == "active"
    for _call in range(2):
        assert post(boss, f"{store.slug}/unpublish", reason="Repairs")[1]["isPublished"] is False
    assert post(boss, f"{store.slug}/publish")[1]["isPublished"] is True
    assert post(boss, f"{store.slug}/archive")[1]["status"] == "archived"
    status, refused = post(boss, f"{store.slug}/suspend", reason="Late")
    assert (status, refused["error"]["code"]) == (409, "transition_not_allowed")
    assert post(boss, f"{store.slug}/reinstate", reason="Welcome back")[1]["status"] == "active"
    assert noted(store) >= {
        "store.suspended",
        "store.suspension_reason_changed",
        "store.reinstated",
        "store.unpublished",
        "store.published",
        "store.archived",
    }


@pytest.mark.parametrize(
    "step", ["suspend", "archive", "unpublish", "deletion", "deletion/confirm"]
)
def test_only_those_who_may_change_stores_do(
    step: str, client_for: Callable[..., Client], store: Store
) -> None:
    stranger = client_for(None)
    assert post(stranger, f"{store.slug}/{step}", reason="x")[0] == 401
    helper = User.objects.create_user(
        "helper@platform.example", "correct horse battery", role=Role.SUPPORT
    )
    helper.is_staff = True
    helper.save()
    assert post(log_in(client_for(None), helper), f"{store.slug}/{step}", reason="x")[0] == 403
    assert Store.objects.get(pk=store.pk).status == "active"
    assert client_for(store).get(f"/api/v1/stores/{store.slug}").status_code == 404, (
        "the platform's host alone"
    )


@pytest.mark.matrix  # beside the other deletions: what is kept of a deleted store stays for good
@pytest.mark.django_db(transaction=True)
def test_a_store_is_deleted_in_two_steps(
    client_for: Callable[..., Client], throwaway_store: Store, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path
    boss = log_in(
        client_for(None),
        User.objects.create_superuser("boss@platform.example", "correct horse battery"),
    )
    slug = throwaway_store.slug
    assert read(boss, f"/{slug}/deletion")["error"]["code"] == "no_deletion"
    assert post(boss, f"{slug}/deletion/confirm", typed=slug)[1]["error"]["code"] == "no_deletion"
    status, asked = post(boss, f"{slug}/deletion")
    assert (status, asked["requestedBy"]) == (202, "boss@platform.example")
    assert post(boss, f"{slug}/deletion")[1]["requestedAt"] == asked["requestedAt"], "idempotent"
    work_on_deletion(str(throwaway_store.pk))
    assert read(boss, f"/{slug}/deletion")["exportedAt"]
    answer = boss.delete(f"/api/v1/stores/{slug}/deletion")
    assert (answer.status_code, answer.json()["status"]) == (200, "archived")
    post(boss, f"{slug}/deletion")
    work_on_deletion(str(throwaway_store.pk))
    status, refused = post(boss, f"{slug}/deletion/confirm", typed="other")
    assert (status, refused["error"]["code"]) == (400, "deletion_not_confirmed")
    status, begun = post(boss, f"{slug}/deletion/confirm", typed=slug)
    assert (status, begun["confirmedBy"]) == (202, "boss@platform.example")
    work_on_deletion(str(throwaway_store.pk))
    assert boss.get(f"/api/v1/stores/{slug}").status_code == 404
    assert not StoreDeletion.objects.filter(store_id=throwaway_store.pk).exists()
    assert noted(throwaway_store) == {
        "store.archived",
        "store.deletion_requested",
        "store.deletion_cancelled",
        "store.deletion_confirmed",
    }
