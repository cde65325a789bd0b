"""The platform's admin: the credentials of a store's own database are typed in again, tried, and never shown."""

import re
import secrets
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from psycopg import sql

from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.platform.models import Store
from apps.platform.selectors import get_database_config
from apps.tenancy.context import system_scope, use_store
from tests.backoffice.sessions import log_in
from tests.support.own_databases import on_server

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = f"second-{secrets.token_hex(8)}"
WRONG = f"wrong-{secrets.token_hex(8)}"


def url(store: Store, what: str = "") -> str:
    return f"/admin/platform/store/{store.pk}/credentials/{what}"


def typed(store: Store, **values: str) -> dict[str, str]:
    """What the page offers, and what somebody types into it."""
    names = ("host", "port", "database", "user", "sslmode")
    config = get_database_config(store)
    shown = {name: str(config[name]) for name in names if config.get(name)}
    return {f"postgresql-{name}": value for name, value in {**shown, **values}.items()}


def test_a_new_password_is_tried_then_used(
    operator: Client,
    owned_store: Store,
    role: str,
) -> None:
    change = operator.get(f"/admin/platform/store/{owned_store.pk}/change/").content.decode()
    assert url(owned_store) in change
    page = operator.get(url(owned_store)).content.decode()
    assert f'value="{role}"' in page  # database and user as they are
    assert not re.search(r'name="postgresql-password"[^>]*value=', page)

    for body in (typed(owned_store), typed(owned_store, password=WRONG)):
        refused = operator.post(url(owned_store), body)
        assert refused.status_code == 200
        assert 'role="alert"' in refused.content.decode()
        assert WRONG not in refused.content.decode()
    looked = operator.post(url(owned_store, "check/"), typed(owned_store, password="first"))
    assert "tables are there" in looked.content.decode()
    looked = operator.post(url(owned_store, "check/"), typed(owned_store, password=WRONG))
    assert "A store can&#x27;t live there yet" in looked.content.decode() or (
        "A store can't live there yet" in looked.content.decode()
    )
    assert Store.objects.get(pk=owned_store.pk).connection_version == 1

    on_server(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(SECOND))
    )
    done = operator.post(url(owned_store), typed(owned_store, password=SECOND), follow=True)
    assert done.redirect_chain[-1][0].endswith("/connection/")
    assert "within seconds" in done.content.decode()
    assert SECOND not in done.content.decode()
    changed = Store.objects.get(pk=owned_store.pk)
    assert changed.connection_version == 2
    with use_store(changed.active_store), system_scope():
        assert User.objects.count() >= 0
    connections[changed.active_store.alias].close()
    entry = AuditEntry.objects.get(
        action="store.credentials_changed", target_ref=str(owned_store.pk)
    )
    assert SECOND not in f"{entry.before}{entry.after}"


def test_another_database_is_no_change_of_credentials(
    operator: Client,
    owned_store: Store,
) -> None:
    other = connections["platform"].settings_dict["NAME"]
    body = typed(owned_store, password="first", database=other)
    refused = operator.post(url(owned_store), body)
    assert refused.status_code == 200
    assert refused.context["form"].errors
    assert Store.objects.get(pk=owned_store.pk).connection_version == 1


def test_only_for_stores_with_credentials_and_people_who_may(
    operator: Client,
    owned_store: Store,
    client_for: Callable[..., Client],
) -> None:
    shared = Store.objects.filter(database_type="shared").first()
    assert shared is not None
    assert operator.get(url(shared)).status_code == 404
    assert operator.get(url(owned_store, "check/"))["Location"] == url(owned_store)
    changer = User.objects.create_user(
        f"changer-{secrets.token_hex(4)}@example.com", "sesame-4711", is_staff=True
    )
    changer.user_permissions.add(Permission.objects.get(codename="change_store"))
    client = log_in(client_for(None), changer)
    assert client.get(url(owned_store)).status_code == 403
    assert client.post(url(owned_store), typed(owned_store, password="x")).status_code == 403
    assert client.post(url(owned_store, "check/"), {}).status_code == 403
