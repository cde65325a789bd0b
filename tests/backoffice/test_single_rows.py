"""Settings of one row: looking at them writes nothing, and the first save makes the row."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.events.models import AuditEntry
from apps.operations import store_status
from apps.platform.selectors import forget_addresses
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all

PAGES = [admin for admin in store_admin._registry.values() if isinstance(admin, SingleRowAdmin)]
WRITES = ("INSERT", "UPDATE", "DELETE")


def without_row(admin: Any, store: Any) -> str:
    """The address of its page, once its row is gone."""
    with seeing_all(store):
        admin.model.objects.all().delete()
    return f"/admin/{admin.opts.app_label}/{admin.opts.model_name}/"


@pytest.mark.parametrize("admin", PAGES, ids=str)
def test_the_defaults_are_shown_unsaved_and_the_first_save_makes_the_row(
    admin: Any, store: Any, owner: Client
) -> None:
    address = without_row(admin, store)
    rows = admin.model.objects
    with CaptureQueriesContext(connections["default"]) as asked:
        page = owner.get(address, follow=True)
    assert page.status_code == 200
    table = admin.model._meta.db_table
    assert not [
        each["sql"] for each in asked if each["sql"].startswith(WRITES) and table in each["sql"]
    ]
    with seeing_all(store):
        assert not rows.exists()
    form = Fields(page.content.decode()).sent
    saved = owner.post(page.redirect_chain[-1][0], form)
    assert saved.status_code == 302, saved.content.decode()
    with seeing_all(store):
        row = rows.get()
        assert row.key == "store"
        assert AuditEntry.objects.filter(target_ref=str(row.pk)).count() == 1
    # Another person had the page open before: their save does not go over what they have not seen.
    late = owner.post(f"{address}store/change/", form)
    assert late.status_code == 200
    assert "not sent as it was opened" in late.content.decode()
    assert owner.get(f"{address}store/history/").status_code == 200


def test_a_suspended_stores_settings_can_be_read(store: Any, owner: Client) -> None:
    addresses = [without_row(admin, store) for admin in PAGES]
    store_status.suspend_store(store=store, reason="Three invoices are open.")
    forget_addresses()
    for address in addresses:
        assert owner.get(address, follow=True).status_code == 200
        assert owner.post(f"{address}store/change/", {}).status_code == 403
    with seeing_all(store):
        assert not any(admin.model.objects.exists() for admin in PAGES)
