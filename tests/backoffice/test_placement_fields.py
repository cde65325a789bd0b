"""The platform's admin: a store on a database of its own is typed in, looked at, opened, and mended when it stops."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.platform.models import IntegrationConfig, ProvisioningJob, Store
from apps.platform.selectors import get_database_config
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.connections import forget_database
from tests.backoffice.forms import NEW
from tests.backoffice.sessions import PASSWORD, log_in
from tests.support import own_documents
from tests.support.databases import close_store

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "hunter2-canary-word"
ADD = "/admin/platform/store/add/"
CHECK = "/admin/platform/store/check-connection/"


@pytest.fixture
def looker(client_for: Callable[..., Client]) -> Client:
    """Staff of the platform who may look at openings and nothing else."""
    email = f"looker-{secrets.token_hex(4)}@example.com"
    person = User.objects.create_user(email, PASSWORD, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_provisioningjob"))
    return log_in(client_for(None), person)


@pytest.fixture
def place(empty_database: dict[str, Any]) -> dict[str, Any]:
    values = {f"postgresql-{name}": value for name, value in empty_database.items()}
    return {"database_type": "postgresql", **values}


@pytest.fixture
def slug() -> Iterator[str]:
    yield "placedshop"
    store = Store.objects.filter(slug="placedshop").first()
    if store is not None:
        if store.database_type != "shared":
            forget_database(store.active_store.alias)
        close_store(store)


def test_the_form_has_the_fields_of_every_kind(operator: Client) -> None:
    page = operator.get(ADD).content.decode()
    for name in (
        "postgresql-host",
        "supabase-database-accessToken",
        "supabase-database-connectionString",
        "mysql-password",
        own_documents.URI,
    ):
        assert f'name="{name}"' in page
    assert "Test the connection" in page


def test_documents_in_a_mongodb_of_its_own_are_typed_in_looked_at_and_mended(
    operator: Client, slug: str
) -> None:
    wrong = {**NEW, "slug": slug, "database_type": "shared", own_documents.URI: "mongodb://h"}
    assert "User and password are required" in operator.post(ADD, wrong).content.decode()
    assert "User and password are required" in operator.post(CHECK, wrong).content.decode()
    with own_documents.database() as name:
        login = f"u:{SECRET}@127.0.0.1:{own_documents.server().port}"
        refused = {**wrong, own_documents.URI: own_documents.address(name, netloc=login)}
        looked = operator.post(CHECK, refused).content.decode()
        assert "refuses this user and password" in looked
        assert SECRET not in looked
        page = operator.post(ADD, refused, follow=True)
        job = ProvisioningJob.objects.get(store__slug=slug)
        provisioning.run_provisioning(job)
        text = operator.get(page.request["PATH_INFO"]).content.decode()
        assert "refuses this user and password" in text
        assert f'name="{own_documents.URI}"' in text
        assert SECRET not in page
        good = {own_documents.URI: own_documents.address(name)}
        operator.post(f"/admin/platform/provisioningjob/{job.id}/connection/", good)
        provisioning.run_provisioning(job)
        assert job.status == JobStatus.SUCCEEDED, job.error
        change = f"/admin/platform/store/{job.store_id}/credentials/"
        assert "refuses this user" in operator.post(f"{change}check/", refused).content.decode()
        assert (
            "connection string of the MongoDB is required"
            in operator.post(change, {"x": "1"}).content.decode()
        )
        assert operator.post(change, good).status_code == 302
        changed = Store.objects.get(slug=slug)
        assert changed.documents_version == 3
        forget_database(changed.active_store.documents_alias)


def test_a_store_is_opened_on_a_database_of_its_own(
    operator: Client,
    place: dict[str, Any],
    slug: str,
) -> None:
    answer = operator.post(ADD, {**NEW, "slug": slug, **place})
    job = ProvisioningJob.objects.get(store__slug=slug)
    assert answer.headers["Location"] == f"/admin/platform/provisioningjob/{job.pk}/change/"
    done = provisioning.run_provisioning(job)
    assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
    state = operator.get(f"/admin/platform/provisioningjob/{job.pk}/status.json").json()
    assert state["tablesCreated"] == state["totalTables"] > 20
    pages = (
        f"/admin/platform/store/{job.store_id}/change/",
        f"/admin/platform/store/{job.store_id}/connection/",
        answer.headers["Location"],
    )
    for path in pages:
        page = operator.get(path)
        assert page.status_code == 200
        assert place["postgresql-password"] not in page.content.decode()
    looked = operator.get(pages[1]).content.decode()
    assert "A store can live there." in looked
    assert "tables are there" in looked


def test_a_wrong_value_is_an_error_of_its_own_field(operator: Client, slug: str) -> None:
    body = {**NEW, "slug": slug, "database_type": "postgresql", "postgresql-port": "6543"}
    answer = operator.post(
        ADD,
        {**body, "postgresql-host": "db.example.com", "postgresql-database": "x",
         "postgresql-user": "x", "postgresql-password": SECRET},
    )  # fmt: skip
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["postgresql-port"]
    assert SECRET not in answer.content.decode()
    missing = operator.post(ADD, {**body, "postgresql-port": ""})
    assert set(missing.context["adminform"].form.errors) == {
        f"postgresql-{name}" for name in ("host", "database", "user", "password")
    }
    assert not Store.objects.filter(slug=slug).exists()


def test_the_connection_is_looked_at_before_anything_is_saved(
    operator: Client,
    place: dict[str, Any],
) -> None:
    good = operator.post(CHECK, place).content.decode()
    assert "A store can live there." in good
    assert "not encrypted" in good
    bad = operator.post(CHECK, {**place, "postgresql-password": SECRET}).content.decode()
    assert "refuses this user and password" in bad
    unfinished = operator.post(CHECK, {"database_type": "postgresql"}).content.decode()
    assert "Host:" in unfinished
    unknown = operator.post(CHECK, {"database_type": "oracle"})
    assert "Supported here" in unknown.content.decode()
    for said in (good, bad, unfinished):
        assert SECRET not in said
        assert place["postgresql-password"] not in said
    assert not Store.objects.filter(database_type="postgresql").exists()


def test_who_may_not_open_stores_may_not_look_at_databases(looker: Client) -> None:
    assert looker.post(CHECK, {"database_type": "postgresql"}).status_code == 403
    assert Client(headers={"host": "localhost"}).post(CHECK).status_code == 302


def test_a_stopped_opening_goes_on_with_a_corrected_connection(
    operator: Client,
    place: dict[str, Any],
    slug: str,
) -> None:
    operator.post(ADD, {**NEW, "slug": slug, **place, "postgresql-password": SECRET})
    job = ProvisioningJob.objects.get(store__slug=slug)
    stopped = provisioning.run_provisioning(job)
    assert "refuses this user and password" in stopped.error
    url = f"/admin/platform/provisioningjob/{job.pk}/"
    page = operator.get(f"{url}change/").content.decode()
    assert "Save it and try again" in page
    assert SECRET not in page
    wrong = operator.post(f"{url}connection/", {**place, "postgresql-port": "6543"})
    assert "transaction pooler" in wrong.content.decode()
    assert operator.post(f"{url}connection/", place).status_code == 302
    noted = AuditEntry.objects.filter(action="store.opening_requested", door="admin")
    assert noted.filter(target_ref=str(job.store_id)).exists()
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED
    done = provisioning.run_provisioning(job)
    assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
    assert Store.objects.get(slug=slug).status == StoreStatus.ACTIVE
    sealed = IntegrationConfig.objects.values_list("config", flat=True).get(store__slug=slug)
    assert place["postgresql-password"] not in repr(sealed)
    assert get_database_config(done.store)["password"] == place["postgresql-password"]


def test_an_opening_on_the_shared_cluster_asks_for_no_connection(
    operator: Client,
    slug: str,
) -> None:
    operator.post(ADD, {**NEW, "slug": slug})
    job = ProvisioningJob.objects.get(store__slug=slug)
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, error="no")
    page = operator.get(f"/admin/platform/provisioningjob/{job.pk}/change/").content.decode()
    assert "Try again" in page
    assert "Save it and try again" not in page
