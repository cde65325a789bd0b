"""A new Supabase project for a store: asked for once whatever happens, opened by the password that was kept."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from apps.common.clock import now
from apps.placements.kinds import placement_of
from apps.platform import selectors
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.connections import forget_database
from tests.support.databases import close_store
from tests.support.supabase_server import TOKEN, Supabase, supabase_server

pytestmark = pytest.mark.django_db(transaction=True)
GONE = 42
WANTED = {"accessToken": TOKEN, "organization": "acme", "region": "ap-south-1"}


@pytest.fixture
def supabase(settings: Any) -> Iterator[Supabase]:
    settings.SUPABASE_POLL_SECONDS = 0.01
    settings.SUPABASE_WAIT_SECONDS = 5.0
    with supabase_server() as server:
        settings.SUPABASE_API_URL = server.address
        yield server


@pytest.fixture
def job(supabase: Supabase, transactional_db: None) -> Iterator[ProvisioningJob]:
    made = provisioning.open_store(
        name="Tea",
        slug=f"supa-{os.urandom(3).hex()}",
        owner=None,
        currency="INR",
        country="IN",
        database_type="supabase-database",
        config=WANTED,
        start=False,
    )
    yield made
    store = Store.objects.get(pk=made.store_id)
    forget_database(store.active_store.alias)
    close_store(store)


def config_of(job: ProvisioningJob) -> dict[str, Any]:
    return dict(selectors.get_database_config(job.store))


def prepare(job: ProvisioningJob) -> list[str]:
    told: list[str] = []
    placement_of(Store.objects.get(pk=job.store_id)).prepare(told.append)
    return told


def test_the_project_is_made_awaited_and_its_session_pooler_saved(
    supabase: Supabase, job: ProvisioningJob
) -> None:
    supabase.looks_until_healthy = 3
    supabase.pooler = {
        "db_host": "aws-1-ap-south-1.pooler.supabase.com",
        "db_port": 6543,
        "db_name": "postgres",
        "db_user": "postgres.ref00000000000000000",
        "pool_mode": "transaction",
    }
    assert len(prepare(job)) == 2
    saved = config_of(job)
    assert (saved["host"], saved["port"], saved["user"], saved["sslmode"]) == (
        "aws-1-ap-south-1.pooler.supabase.com",
        5432,
        "postgres.ref00000000000000000",
        "require",
    )
    assert saved["password"] == supabase.passwords[0]
    assert len(saved["password"]) >= 24
    assert "accessToken" not in saved, "the token is forgotten once it is not needed"
    asked = len(supabase.asked)
    assert prepare(job) == []
    assert len(supabase.asked) == asked, "asked again, nothing happens"


def test_an_answer_that_was_lost_does_not_make_a_second_project(
    supabase: Supabase, job: ProvisioningJob
) -> None:
    """The request arrived, the line broke, and the project shows in the list only some looks later."""
    supabase.pooler = {"db_host": "pooler.example.com"}
    supabase.loses_answer = True
    failed = provisioning.run_provisioning(job)
    assert failed.status == JobStatus.FAILED
    assert "Supabase does not answer" in failed.error
    supabase.loses_answer, supabase.hidden_for_looks = False, 2
    prepare(job)
    assert len(supabase.projects) == 1
    assert config_of(job)["password"] == supabase.passwords[0]


@pytest.mark.faults
@pytest.mark.parametrize("after", ["create_project", "is_healthy", "pooler"])
def test_killed_after_each_call_the_same_project_is_continued(
    supabase: Supabase, job: ProvisioningJob, after: str
) -> None:
    from apps.placements.supabase_api import SupabaseApi

    supabase.pooler = {"db_host": "pooler.example.com"}
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            real = getattr(SupabaseApi, after)

            def die(*args: Any, **kwargs: Any) -> None:
                real(*args, **kwargs)
                os._exit(GONE)

            setattr(SupabaseApi, after, die)
            provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == GONE
    ProvisioningJob.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    prepare(job)
    assert len(supabase.projects) == 1
    assert config_of(job)["password"] == supabase.passwords[0]


def test_asked_again_with_a_new_token_the_project_that_was_begun_goes_on(
    supabase: Supabase, job: ProvisioningJob, settings: Any
) -> None:
    supabase.pooler = {"db_host": "pooler.example.com"}
    supabase.looks_until_healthy = 10**6
    settings.SUPABASE_WAIT_SECONDS = 0.0
    stopped = provisioning.run_provisioning(job)
    assert "to continue" in stopped.error
    supabase.looks_until_healthy = 0
    provisioning.request_provisioning(
        store=job.store, database_type="supabase-database", config=WANTED, start=False
    )
    prepare(job)
    assert len(supabase.projects) == 1
    assert config_of(job)["password"] == supabase.passwords[0]
    provisioning.run_provisioning(job)
    again = provisioning.request_provisioning(
        store=job.store, database_type="supabase-database", config=WANTED, start=False
    )
    assert again.pk == job.pk
    assert config_of(job)["host"] == "pooler.example.com", "finished, it is not begun anew"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "access token"),
        (403, "may not create"),
        (402, "plan"),
        (429, "moment"),
        (500, "moment"),
    ],
)
def test_a_refusal_is_a_sentence_without_the_token(
    supabase: Supabase, job: ProvisioningJob, status: int, words: str
) -> None:
    supabase.refuses_with = status
    failed = provisioning.run_provisioning(job)
    assert failed.status == JobStatus.FAILED
    assert words in failed.error
    assert "canary" not in failed.error
    assert Store.objects.get(pk=job.store_id).status == StoreStatus.PROVISIONING


def test_a_token_is_looked_at_without_making_anything(supabase: Supabase) -> None:
    report = provisioning.check_connection(database_type="supabase-database", config=WANTED)
    assert report.is_good
    assert supabase.projects == []
    wrong = provisioning.check_connection(
        database_type="supabase-database", config={**WANTED, "accessToken": "sbp_canary_wrong"}
    )
    assert "access token" in wrong.problems[0].text
    assert "canary" not in wrong.problems[0].sentence


def test_the_store_opens_in_the_new_project(
    supabase: Supabase, job: ProvisioningJob, empty_database: dict[str, Any], monkeypatch: Any
) -> None:
    """The suite's server plays the project's database; its password is what the platform made up."""
    from psycopg import sql

    from apps.placements import supabase as module
    from tests.support.own_databases import on_server

    name = f"supa_{os.urandom(4).hex()}"
    supabase.pooler = {
        "db_host": "127.0.0.1",
        "db_name": empty_database["database"],
        "db_user": name,
    }
    monkeypatch.setattr(module, "SESSION_PORT", int(empty_database["port"]))
    monkeypatch.setattr(module, "SSLMODE", "disable")
    real = supabase._create

    def create(body: dict[str, Any]) -> Any:
        on_server(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(body["db_pass"])
            )
        )
        on_server(
            sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                sql.Identifier(empty_database["database"]), sql.Identifier(name)
            )
        )
        return real(body)

    supabase._create = create  # type: ignore[method-assign]
    done = provisioning.run_provisioning(job)
    assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
    assert done.store.status == StoreStatus.ACTIVE
    assert done.tables_created == done.total_tables > 20
    placement_of(done.store).drop()
    forget_database(done.store.active_store.alias)
