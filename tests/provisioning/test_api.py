"""The provisioning API on the platform's host."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from apps.events.models import AuditEntry
from apps.platform.models import ProvisioningJob, Store
from apps.provisioning import services as provisioning

SECRET = "hunter2-very-secret"
NEW: dict[str, Any] = {"name": "Tea House", "slug": "tea-house", "currency": "INR", "country": "IN"}


@pytest.fixture
def staff(db: None) -> Any:
    return get_user_model().objects.create_superuser(
        "boss@platform.example", "correct horse battery"
    )


def log_in(client: Client, user: Any) -> Any:
    """By session, as the platform's admin does: the cookie has a name of its own on every host."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["session_platform"] = client.cookies.pop("sessionid").value
    return client


@pytest.fixture
def client(client_for: Callable[..., Client], staff: Any) -> Any:
    return log_in(client_for(None), staff)


def post(client: Client, path: Any, body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_a_store_is_opened_and_provisioned_and_watched(client: Client) -> None:
    opened = post(client, "stores", NEW)
    assert opened.status_code == 202
    body = opened.json()
    assert body["success"] is True
    assert body["status"] == "queued"
    provisioning.run_provisioning(ProvisioningJob.objects.get(pk=body["jobId"]))
    status = client.get(f"/api/v1/provision/{body['jobId']}/status").json()
    assert (status["status"], status["progress"], status["error"]) == ("succeeded", 100, "")
    assert status["tablesCreated"] == status["totalTables"] > 20
    assert status["storeId"] == body["storeId"]
    entry = AuditEntry.objects.get(action="store.opened", target_ref=body["storeId"])
    assert (entry.actor_kind, entry.actor_label) == ("staff", "boss@platform.example")


def test_a_registered_store_is_provisioned_by_id_or_slug(client: Client, staff: Any) -> None:
    store = provisioning.register_store(owner=staff, **NEW)
    first = post(
        client, "provision", {"storeId": str(store.id), "databaseType": "shared", "config": {}}
    )
    assert first.status_code == 202
    assert set(first.json()) >= {"success", "message", "jobId", "status"}
    again = post(client, "provision", {"storeId": "tea-house"})
    assert again.json()["jobId"] == first.json()["jobId"]
    assert ProvisioningJob.objects.filter(store=store).count() == 1


def test_a_service_role_key_alone_is_explained(client: Client, staff: Any) -> None:
    provisioning.register_store(owner=staff, **NEW)
    body = {
        "storeId": "tea-house",
        "databaseType": "supabase-database",
        "config": {"projectUrl": "https://x.supabase.co", "serviceRoleKey": SECRET},
    }
    answer = post(client, "provision", body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "placement_not_supported"
    assert "connection string" in error["message"]
    assert SECRET not in answer.content.decode()
    assert not ProvisioningJob.objects.filter(store__slug="tea-house").exists()


@pytest.mark.parametrize("kind", ["oracle", "sqlite", ""])
def test_a_kind_that_is_not_offered_is_told_what_is(client: Client, staff: Any, kind: str) -> None:
    provisioning.register_store(owner=staff, **NEW)
    answer = post(
        client,
        "provision",
        {"storeId": "tea-house", "databaseType": kind, "config": {"password": SECRET}},
    )
    assert answer.status_code == 400
    assert "databaseType" in answer.json()["error"]["fields"]
    assert SECRET not in answer.content.decode()
    assert not ProvisioningJob.objects.filter(store__slug="tea-house").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "storeId"),
        ({"storeId": None}, "storeId"),
        ({"storeId": ["a"]}, "storeId"),
        ({"storeId": "x" * 65}, "storeId"),
        ({"storeId": "alpha", "config": "text"}, "config"),
        ({"storeId": "alpha", "config": {"password": SECRET}}, "config"),
        ({"storeId": "alpha", "databasetype": "shared"}, "databasetype"),
    ],
)
def test_wrong_input_is_named(client: Client, store: Any, body: dict[str, Any], field: str) -> None:
    answer = post(client, "provision", body)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["fields"]
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", "\x00", '{"storeId": NaN}'])
def test_what_is_no_object_is_a_400(client: Client, body: str) -> None:
    answer = client.post("/api/v1/provision", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"]


def test_an_unknown_store_is_a_404(client: Client) -> None:
    answer = post(client, "provision", {"storeId": "nobody"})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "store_not_found"


def test_an_unknown_job_is_a_404(client: Client) -> None:
    answer = client.get("/api/v1/provision/01890000-0000-7000-8000-000000000000/status")
    assert answer.status_code == 404
    assert client.get("/api/v1/provision/nonsense/status").status_code == 404


def test_a_slug_in_use_is_named(client: Client, store: Any) -> None:
    answer = post(client, "stores", {**NEW, "slug": "alpha"})
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {
        "slug": ["This short name is already used by another store."]
    }


def test_fields_are_named_as_they_were_sent(client: Client) -> None:
    answer = post(client, "stores", {**NEW, "timeZone": "Mars/Olympus"})
    assert list(answer.json()["error"]["fields"]) == ["timeZone"]
    assert not Store.objects.filter(slug="tea-house").exists()


@pytest.mark.parametrize("path", ["stores", "provision"])
def test_strangers_are_asked_to_log_in(
    client_for: Callable[..., Client], db: None, path: str
) -> None:
    answer = post(client_for(None), path, NEW)
    assert answer.status_code == 401
    assert not Store.objects.filter(slug="tea-house").exists()


def test_staff_without_the_permission_are_refused(
    client_for: Callable[..., Client], db: None
) -> None:
    clerk = get_user_model().objects.create_user("clerk@platform.example", "x", is_staff=True)
    client = log_in(client_for(None), clerk)
    assert post(client, "stores", NEW).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="add_store"))
    assert post(client, "stores", NEW).status_code == 202


def test_people_who_are_not_staff_are_refused_whatever_their_permissions(
    client_for: Callable[..., Client], db: None
) -> None:
    person = get_user_model().objects.create_user("person@platform.example", "x")
    person.user_permissions.add(Permission.objects.get(codename="add_store"))
    client = log_in(client_for(None), person)
    assert post(client, "stores", NEW).status_code == 403


def test_the_platforms_endpoints_are_not_on_a_stores_host(
    client_for: Callable[..., Client], store: Any, staff: Any
) -> None:
    client = client_for(store)
    for path in ("stores", "provision"):
        assert post(client, path, NEW).status_code == 404
    assert not Store.objects.filter(slug="tea-house").exists()


def test_a_session_needs_the_csrf_token(staff: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    log_in(client, staff)
    assert post(client, "stores", NEW).status_code == 403
    assert not Store.objects.filter(slug="tea-house").exists()


def test_a_failed_job_is_retried(client: Client, staff: Any) -> None:
    job = provisioning.open_store(owner=staff, **NEW)
    ProvisioningJob.objects.filter(pk=job.pk).update(status="failed", error="no")
    answer = client.post(f"/api/v1/provision/{job.pk}/retry")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


def test_an_access_token_opens_the_door_too(client_for: Callable[..., Client], staff: Any) -> None:
    client = client_for(None)
    credentials = {"email": staff.email, "password": "correct horse battery"}
    token = post(client, "auth/login", credentials).json()["access"]
    answer = client.post(
        "/api/v1/stores",
        NEW,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202


@pytest.fixture
def place(client: Client) -> Any:
    """The suite's server as a merchant would describe it: no store is put there."""
    from django.db import connections

    own = connections["platform"].settings_dict
    return {
        "host": own["HOST"],
        "port": str(own["PORT"]),
        "database": "postgres",
        "user": own["USER"],
        "password": own["PASSWORD"],
        "sslmode": "disable",
    }


def test_a_database_is_looked_at_before_a_store_is_put_there(client: Client, place: Any) -> None:
    answer = post(client, "provision/check", {"databaseType": "postgresql", "config": place})
    body = answer.json()
    assert answer.status_code == 200
    by_check = {finding["check"]: finding for finding in body["findings"]}
    assert by_check["connection"]["level"] == "ok"
    assert by_check["tls"]["level"] == "warning"
    assert by_check["tls"]["advice"]
    assert place["password"] not in answer.content.decode()
    refused = post(
        client, "provision/check",
        {"databaseType": "postgresql", "config": {**place, "password": SECRET}},
    )  # fmt: skip
    assert refused.json()["success"] is False
    assert SECRET not in refused.content.decode()


def test_a_private_host_is_no_way_into_the_network(
    client: Client, place: Any, settings: Any
) -> None:
    """The same words for a host that answers, one that does not and a cloud's metadata service."""
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = False
    seen = set()
    for host in ("127.0.0.1", "localhost", "10.255.255.1", "169.254.169.254", "2130706433"):
        config = {**place, "host": host}
        answer = post(client, "provision/check", {"databaseType": "postgresql", "config": config})
        (finding,) = answer.json()["findings"]
        seen.add((finding["check"], finding["level"], finding["text"]))
    assert len(seen) == 1
    assert seen.pop()[:2] == ("host", "problem")


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({}, "config.host"),
        ({"connectionString": f"postgresql://tea:{SECRET}@db.example.com:6543/x"}, "config.port"),
        ({"connectionString": f"mysql://tea:{SECRET}@db.example.com/x"}, "config.connectionString"),
        ({"host": "/var/run/postgresql"}, "config.host"),
        ({"password": [SECRET]}, "config.password"),
    ],
)
@pytest.mark.parametrize("path", ["provision", "provision/check"])
def test_a_wrong_configuration_is_named_by_field(
    client: Client, staff: Any, config: dict[str, Any], field: str, path: str
) -> None:
    body = {"databaseType": "postgresql", "config": config}
    if path == "provision":
        provisioning.register_store(owner=staff, **NEW)
        body["storeId"] = "tea-house"
    answer = post(client, path, body)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["fields"]
    assert SECRET not in answer.content.decode()
    assert not ProvisioningJob.objects.filter(store__slug="tea-house").exists()


def test_credentials_go_in_and_never_come_out(client: Client, staff: Any) -> None:
    store = provisioning.register_store(owner=staff, plan="professional", **NEW)
    config = {"connectionString": f"postgresql://tea:{SECRET}@127.0.0.1:1/shop"}
    body = {"storeId": str(store.id), "databaseType": "postgresql", "config": config}
    started = post(client, "provision", body)
    assert started.status_code == 202
    job = ProvisioningJob.objects.get(pk=started.json()["jobId"])
    provisioning.run_provisioning(job)
    status = client.get(f"/api/v1/provision/{job.pk}/status")
    assert status.json()["status"] == "failed"
    assert "Nothing answers" in status.json()["error"]
    for answer in (started, status):
        assert SECRET not in answer.content.decode()
