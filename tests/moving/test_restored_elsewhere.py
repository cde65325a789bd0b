"""A backup opens as a new store in a database of its own, by the options that open any store."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.orders.models import Order
from apps.platform.models import IntegrationConfig, Store
from apps.platform.tenancy.connections import forget_database
from apps.platform.tenancy.context import use_store
from apps.platform.tenancy.placements import Holds, placement_of
from tests.tenancy.archive.test_killed_archives import forget
from tests.tenancy.archive.trading import trade

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


def test_into_a_postgresql_of_its_own(
    throwaway_store: Any,
    new_database: Callable[[], dict[str, str]],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    trade(throwaway_store)
    file, slug = str(tmp_path / "one.polystore"), f"t{secrets.token_hex(4)}"
    call_command("backup_store", throwaway_store.slug, "--output", file, verbosity=0)
    config = tmp_path / "place.json"
    config.write_text(json.dumps(new_database()))
    place = ("--database-type", "postgresql", "--config", str(config))
    with pytest.raises(CommandError):
        call_command("restore_store", file, "--into", slug, "--database-type", "postgresql")
    assert not Store.objects.filter(slug=slug).exists()
    call_command("restore_store", file, "--into", slug, "--name", "Elsewhere", *place, verbosity=0)
    opened = Store.objects.get(slug=slug)
    assert (opened.status, opened.database_type, opened.name) == (
        "active",
        "postgresql",
        "Elsewhere",
    )
    assert placement_of(opened).occupancy().holds is Holds.CURRENT
    assert IntegrationConfig.objects.get(store=opened, kind="database").is_active
    with use_store(opened):
        assert Order.objects.count() == 1
    forget_database(opened.active_store.alias)
    forget(opened)
