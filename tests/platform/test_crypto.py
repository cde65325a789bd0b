"""Credentials at rest."""

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connections

from apps.platform import services
from apps.platform.crypto import Sealed
from apps.platform.errors import CredentialsUnreadable
from apps.platform.models import IntegrationConfig
from apps.provisioning import services as provisioning

SECRET = "hunter2-very-secret"


@pytest.fixture
def integration(store: Any) -> Any:
    return services.save_integration(
        store=store, kind="database", config={"host": "db.example", "password": SECRET}
    )


def test_the_column_holds_no_plain_text(integration: Any) -> None:
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT config FROM platform_integrationconfig WHERE id = %s", [integration.id]
        )
        (raw,) = cursor.fetchone()
    assert SECRET not in raw
    assert "db.example" not in raw


def test_credentials_come_back_and_never_print_themselves(integration: Any) -> None:
    found = IntegrationConfig.objects.get(pk=integration.pk)
    assert dict(found.config) == {"host": "db.example", "password": SECRET}
    for shown in (
        repr(found.config),
        str(found.config),
        f"{found.config}",
        repr(found),
        str(found),
    ):
        assert SECRET not in shown
        assert "db.example" not in shown


def test_credentials_cannot_be_searched(integration: Any) -> None:
    with pytest.raises(FieldError):
        IntegrationConfig.objects.filter(config="anything").exists()


def test_saving_again_replaces_the_credentials(store: Any, integration: Any) -> None:
    services.save_integration(store=store, kind="database", config={"password": "new"})
    (found,) = IntegrationConfig.objects.filter(store=store, kind="database")
    assert dict(found.config) == {"password": "new"}


def test_a_new_key_in_front_reads_the_old_and_rotation_frees_the_old(
    settings: Any, integration: Any
) -> None:
    old, new = settings.CREDENTIALS_KEYS, Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new, *old]
    assert IntegrationConfig.objects.get(pk=integration.pk).config["password"] == SECRET
    assert provisioning.rotate_credentials() >= 1
    settings.CREDENTIALS_KEYS = [new]
    assert IntegrationConfig.objects.get(pk=integration.pk).config["password"] == SECRET
    settings.CREDENTIALS_KEYS = old
    with pytest.raises(CredentialsUnreadable):
        IntegrationConfig.objects.get(pk=integration.pk).config["password"]


def test_a_row_whose_key_is_lost_can_still_be_listed(settings: Any, integration: Any) -> None:
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]
    assert [row.kind for row in IntegrationConfig.objects.filter(pk=integration.pk)] == ["database"]


def test_sealed_values_compare_by_what_they_hold() -> None:
    assert Sealed({"a": 1}) == Sealed({"a": 1})
    assert Sealed({"a": 1}).token != Sealed({"a": 1}).token


def rotate(*arguments: Any) -> Any:
    out = StringIO()
    call_command("rotate_credentials_key", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_when_old_keys_may_go_and_can_be_repeated(
    settings: Any, integration: Any
) -> None:
    old, new = settings.CREDENTIALS_KEYS, Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new, *old]
    assert "may go" in rotate()
    assert "0 written" in rotate()
    settings.CREDENTIALS_KEYS = [new]
    assert IntegrationConfig.objects.get(pk=integration.pk).config["password"] == SECRET


def test_the_command_refuses_and_changes_nothing_when_a_key_is_missing(
    settings: Any, store: Any, integration: Any
) -> None:
    readable = services.save_integration(store=store, kind="storage", config={"key": "value"})
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIALS_KEYS]
    IntegrationConfig.objects.filter(pk=integration.pk).update(
        config=Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    )
    before = IntegrationConfig.objects.get(pk=readable.pk).config.token
    with pytest.raises(CommandError, match="key that is not in CREDENTIALS_KEYS"):
        rotate()
    assert IntegrationConfig.objects.get(pk=readable.pk).config.token == before


def test_killed_in_the_middle_it_is_simply_run_again(
    settings: Any, store: Any, integration: Any
) -> None:
    services.save_integration(store=store, kind="storage", config={"key": "value"})
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIALS_KEYS]

    def die(share: Any, words: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        provisioning.rotate_credentials(die)
    assert provisioning.rotate_credentials() >= 1
    assert provisioning.rotate_credentials() == 0
