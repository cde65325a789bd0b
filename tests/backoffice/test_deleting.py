"""The page that deletes a store: two steps, a typed name, and only for those who may."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.operations.tasks import work_on_deletion
from apps.platform.models import Store, StoreDeletion
from tests.backoffice.sessions import PASSWORD, rename_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> Any:
    """A superuser and somebody who may change stores; gone afterwards."""
    boss = User.objects.create_superuser("deleter@example.com", PASSWORD)
    changer = User.objects.create_user("changer@example.com", PASSWORD, is_staff=True)
    changer.user_permissions.add(Permission.objects.get(codename="change_store"))
    yield boss, changer
    # past Django's collector, which would look for orders of theirs on the platform
    changer.user_permissions.clear()
    people = User._base_manager.filter(pk__in=[boss.pk, changer.pk])
    people._raw_delete("platform")


def logged_in(client_for: Callable[..., Client], person: User) -> Client:
    client = client_for(None)
    client.force_login(person)
    return rename_session(client, "session_platform")


def test_two_steps_and_a_typed_name(
    people: Any,
    throwaway_store: Any,
    client_for: Callable[..., Client],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "media"
    store, (boss, changer) = throwaway_store, people
    url = f"/admin/platform/store/{store.pk}/deletion/"
    stranger = logged_in(client_for, changer)
    assert stranger.get(url).status_code == 403
    assert stranger.post(url, {"step": "request"}).status_code == 403
    assert not StoreDeletion.objects.exists()

    client = logged_in(client_for, boss)
    assert b"Close the store" in client.get(url).content
    client.post(url, {"step": "confirm", "typed": store.slug})
    assert Store.objects.get(pk=store.pk).status == "active", "the first step comes first"
    client.post(url, {"step": "request"})
    assert Store.objects.get(pk=store.pk).status == "archived"
    status = json.loads(client.get(f"{url}status.json").content)
    assert (status["isRunning"], stranger.get(f"{url}status.json").status_code) == (True, 403)
    work_on_deletion(str(store.pk))  # what the worker does with the message
    assert json.loads(client.get(f"{url}status.json").content)["isRunning"] is False
    assert str(tmp_path).encode() in client.get(url).content

    answer = client.post(url, {"step": "confirm", "typed": "alpha"}, follow=True)
    assert b"not the store" in answer.content
    assert Store.objects.get(pk=store.pk).status == "archived"
    client.post(url, {"step": "confirm", "typed": store.slug})
    assert b"The store is being deleted" in client.get(url).content
    client.post(url, {"step": "cancel"})
    assert StoreDeletion.objects.filter(store=store).exists(), "too late"
    work_on_deletion(str(store.pk))
    work_on_deletion(str(store.pk))
    status = json.loads(client.get(f"{url}status.json").content)
    assert status == {"isRunning": False, "nextUrl": "/admin/platform/store/"}
    assert client.get(url).status_code == 404
    steps = ("store.deletion_requested", "store.deletion_confirmed", "store.deleted")
    found = AuditEntry.objects.filter(action__in=steps, target_ref=str(store.pk))
    assert list(found.order_by("id").values_list("action", flat=True)) == list(steps)
    entry = AuditEntry.objects.get(action="store.deleted", target_ref=str(store.pk))
    assert entry.actor_label == boss.email
