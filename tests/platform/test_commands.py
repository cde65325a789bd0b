"""The operators' commands."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.events.models import AuditEntry
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.pricing.models import TaxSettings
from apps.tenancy.context import system_scope, use_store

pytestmark = pytest.mark.usefixtures("system_scope")


def run(*args: Any) -> Any:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_provision_store_opens_a_store_and_says_where(db: None) -> None:
    shown = run("provision_store", "tea-house", "--name", "Tea House", "--currency", "usd")
    store = Store.objects.get(slug="tea-house")
    assert store.status == StoreStatus.ACTIVE
    assert store.currency == "USD"
    assert "Tea House is open: http://tea-house.localhost" in shown
    assert "tea-house:  25 % Creating the tables" in shown
    assert "\x1b[" not in shown


def test_provision_store_asks_for_the_state_that_taxes_need(db: None) -> None:
    shown = run("provision_store", "tea-house")
    assert "It lacks: the state it sells from" in " ".join(shown.split())
    shown = run("provision_store", "mug-house", "--state", "kerala")
    assert "It lacks" not in shown
    store = Store.objects.get(slug="mug-house")
    assert store.home_region == "KL"
    with use_store(store):
        assert TaxSettings.objects.get().origin_region == "KL"
    assert "It lacks" not in run("provision_store", "us-house", "--country", "US")


def test_the_audit_log_says_that_a_command_opened_the_store(db: None) -> None:
    with system_scope("manage.py"):
        run("provision_store", "tea-house")
    store = Store.objects.get(slug="tea-house")
    entry = AuditEntry.objects.get(action="store.opened", target_ref=str(store.pk))
    assert (entry.actor_kind, entry.actor_label) == ("system", "manage.py")


def test_provision_store_twice_changes_nothing(db: None) -> None:
    run("provision_store", "tea-house")
    before = ProvisioningJob.objects.get(store__slug="tea-house")
    run("provision_store", "tea-house")
    after = ProvisioningJob.objects.get(store__slug="tea-house")
    assert (after.attempts, after.finished_at) == (before.attempts, before.finished_at)


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--currency", "usd", "its currency is INR, not usd"),
        ("--time-zone", "Europe/Paris", "its time zone is Asia/Kolkata, not Europe/Paris"),
        ("--plan", "enterprise", "its plan is"),
        ("--state", "Kerala", "its state is"),
        ("--host", "tea.example", "does not have the host tea.example"),
    ],
)
def test_an_option_that_an_existing_store_can_not_follow_is_refused(
    db: None, option: str, value: str, says: str
) -> None:
    run("provision_store", "tea-house")
    with pytest.raises(CommandError, match=says):
        run("provision_store", "tea-house", option, value)
    run("provision_store", "tea-house", "--currency", "inr", "--name", "Tea House")


def test_provision_store_continues_a_failed_job(db: None) -> None:
    run("provision_store", "tea-house")
    ProvisioningJob.objects.filter(store__slug="tea-house").update(status=JobStatus.FAILED)
    Store.objects.filter(slug="tea-house").update(status=StoreStatus.PROVISIONING)
    run("provision_store", "tea-house")
    assert Store.objects.get(slug="tea-house").status == StoreStatus.ACTIVE


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["admin"], "reserved"),
        (["Bad Slug"], "short name: Lower-case letters, digits and single hyphens"),
        (["tea-house", "--owner-email", "nobody"], "not an e-mail address"),
        (["tea-house", "--currency", "XXY"], "with these values. (currency: This is not the code"),
        (["tea-house", "--language", "klingon"], "with these values. (language: This is not a"),
        (["tea-house", "--time-zone", "Mars/X"], "with these values. (time zone: This is not a"),
        (["tea-house", "--plan", "gold"], "no plan 'gold'"),
        (["tea-house", "--owner", "nobody@example.com"], "no platform user"),
        (["tea-house", "--database-type", "mysql"], "config.host: This is needed."),
        (["tea-house", "--host", "localhost"], "belongs to the platform"),
        (["tea\udcff"], "not valid UTF-8"),
    ],
)
def test_what_is_wrong_is_one_line(db: None, args: Any, says: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("provision_store", *args)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not Store.objects.filter(slug="tea-house").exists()


@pytest.mark.parametrize("folder", ["/proc/x", "/dev/null", "x" * 5000])
def test_a_folder_that_can_not_be_made_is_one_line(db: None, folder: Any) -> None:
    with pytest.raises(CommandError) as refused:
        run("backup_platform", "--output", folder)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_bar_of_a_terminal_is_drawn(db: None) -> None:
    from rich.console import Console

    from apps.common.management.console import Watcher

    out = StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with Watcher("tea-house", console, quiet=False, bar=True) as watch:
        watch(0.7, "Checking the migrations")
    assert "70%" in out.getvalue()


def test_migrate_platform_is_repeatable(db: None) -> None:
    assert "up to date" in run("migrate_platform")


def test_migrate_stores_skips_what_is_current(store: Any, other_store: Any) -> None:
    assert "0 migrated, 0 failed" in run("migrate_stores")
    assert "all up to date" in run("migrate_stores", "--plan")
