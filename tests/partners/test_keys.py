"""API keys: what they open, what they do not, and how they end."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import get_resolver

from apps.accounts.roles import Role
from apps.common.actor import Actor, ActorKind
from apps.common.clock import moved_to, now
from apps.events.models import AuditEntry
from apps.partners import keys as key_texts
from apps.partners import monthly
from apps.partners import services as partners
from apps.partners.errors import NotItsEndpoint
from apps.partners.keys import digest_of
from apps.partners.models import ApiKey, WebhookEndpoint
from apps.partners.outgoing import Outcome
from apps.partners.scopes import NO_KEYS, RESOURCES, ROUTES, list_scopes
from apps.partners.services import sending
from apps.platform.models import WakeUp
from apps.tenancy.context import use_store
from tests.api.shop import Api, make_product, make_user, place_order
from tests.backoffice.sessions import rename_session
from tests.partners.programs import make_key, with_key
from tests.support.acting import STAFF, seeing_all
from tests.support.databases import lift_limits
from tests.support.dead_cache import without_shared_cache
from tests.support.statements import count_statements


def log_in_to_admin(store: Any, client_for: Any, role: Role) -> Any:
    client, person = client_for(store), make_user(store, role)
    with use_store(store):
        client.force_login(person)
    return rename_session(client, f"session_{store.slug}")


def routes() -> dict[str, Any]:
    """The API of a store: names of routes, and their views."""
    found: dict[str, Any] = {}

    def walk(patterns: Any) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            else:
                found[pattern.name] = pattern.callback

    walk(get_resolver("config.urls.api_store").url_patterns)
    return found


def test_every_route_of_a_store_says_which_scope_it_needs_or_why_it_takes_no_key() -> None:
    known = {*ROUTES, *NO_KEYS}
    assert sorted(map(str, routes())) == sorted(known)
    assert not set(ROUTES) & set(NO_KEYS)
    assert set(ROUTES.values()) <= {resource.code for resource in RESOURCES}


def test_every_scope_opens_its_routes_and_no_others(store: Any) -> None:
    """A key without a scope opens nothing; reading does not write, writing reads."""
    product = make_product(store)
    order = place_order(store, product)
    reads = {
        "read_products": "products",
        "read_inventory": "inventory",
        "read_orders": f"orders/{order['id']}",
        "read_returns": f"orders/{order['id']}/return-requests",
        "read_invoices": f"orders/{order['id']}/documents",
        "read_checkout": "countries",
    }
    for scopes in [(), *((scope,) for scope in list_scopes())]:
        _key, api = make_key(store, *scopes)
        for needed, path in reads.items():
            implied = {needed, needed.replace("read_", "write_")}
            expected = 200 if implied & set(scopes) else 403
            assert api.get(path).status_code == expected, (scopes, path)
        answer = api.patch(f"products/{product.pk}", {"title": "Renamed"})
        assert answer.status_code == (200 if scopes == ("write_products",) else 403), scopes
    for path in ("users/profile", "tickets", "users/store-credit"):
        answer = make_key(store, *list_scopes())[1].get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "no_keys_here")
    answer = make_key(store)[1].get("products")
    assert answer.json()["error"]["code"] == "scope_missing"
    assert "read_products" in answer.json()["error"]["message"]


def test_the_document_names_the_scope_of_each_operation(store: Any) -> None:
    schema = Api(store).get("schema").json()
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    listed = schema["paths"]["/api/v1/orders"]
    assert (listed["get"]["x-scope"], listed["post"]["x-scope"]) == ("read_orders", "write_orders")
    assert {"apiKey": []} in listed["get"]["security"]
    assert "`read_orders`" in listed["get"]["description"]
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            offers = {"apiKey": []} in operation.get("security", [])
            assert offers == ("x-scope" in operation), (path, method)
    assert "x-scope" not in schema["paths"]["/api/v1/users/profile"]["get"]
    platform = Api(None).get("schema").json()
    assert "apiKey" not in platform["components"]["securitySchemes"]


def test_keys_that_are_not_valid_get_one_answer(store: Any, other_store: Any) -> None:
    key, api = make_key(store, "read_products")
    assert api.get("products").status_code == 200
    text = api.headers["authorization"].removeprefix("Bearer ")
    refused = [with_key(other_store, text), with_key(None, text)]
    refused += [with_key(store, "pk_nothing"), with_key(store, f"{text[:-1]}_")]
    refused += [with_key(store, text[:-1] + ("a" if text[-1] != "a" else "b"))]
    _expired, late = make_key(store, "read_products", expires_at=now() + timedelta(hours=1))
    assert late.get("products").status_code == 200
    with patch("apps.partners.keys.now", lambda: now() + timedelta(hours=2)):
        answers = [each.get("products" if each.store else "stores") for each in [*refused, late]]
    with seeing_all(store):
        partners.revoke_key(key=key)
    answers.append(api.get("products"))
    bodies = [answer.json()["error"] for answer in answers if answer.status_code == 401]
    assert len(bodies) == len(answers), [answer.status_code for answer in answers]
    assert {(body["code"], body["message"]) for body in bodies} == {
        (bodies[0]["code"], bodies[0]["message"])
    }
    assert answers[0]["WWW-Authenticate"]
    with seeing_all(other_store):  # a copied row opens nothing in another store
        ApiKey.objects.create(name="Copy", prefix="x", digest=key.digest, scopes=key.scopes)
    assert with_key(other_store, text).get("products").status_code == 401


def test_a_replaced_key_and_the_one_before_are_both_valid_for_a_while(store: Any) -> None:
    key, old = make_key(store, "read_products")
    with seeing_all(store):
        made = partners.rotate_key(key=key, seen_prefix=key.prefix)
        assert made is not None
        assert partners.rotate_key(key=key, seen_prefix=key.prefix) is None
        assert not ApiKey.objects.filter(digest__contains=made.text).exists()
        assert made.key.digest == digest_of(made.text)
    new = with_key(store, made.text)
    assert [each.get("products").status_code for each in (old, new)] == [200, 200]
    later = now() + partners.OVERLAP + timedelta(minutes=1)
    with patch("apps.partners.keys.now", lambda: later):
        assert [each.get("products").status_code for each in (old, new)] == [401, 200]
    with seeing_all(store):
        partners.end_previous(key=key)
    assert [each.get("products").status_code for each in (old, new)] == [401, 200]


def test_a_key_is_an_actor_of_its_own(store: Any) -> None:
    product = make_product(store)
    key, api = make_key(store, "write_products", "write_orders")
    order = place_order(store, product)
    assert api.patch(f"products/{product.pk}", {"title": "Renamed"}).status_code == 200
    assert api.get("orders").json()["results"][0]["id"] == order["id"]
    shipped = api.patch(
        f"orders/{order['id']}/status", {"status": "cancelled", "reason": "Sold out"}
    )
    assert shipped.status_code == 200, shipped.content
    with seeing_all(store):
        entry = AuditEntry.objects.get(action="product.changed")
        assert (entry.actor_kind, entry.actor_ref) == ("key", key.pk)
        assert (entry.actor_label, entry.door) == ("API key ERP", "api")
        kinds = set(
            AuditEntry.objects.filter(actor_ref=key.pk).values_list("actor_kind", flat=True)
        )
        assert kinds == {"key"}
        created = AuditEntry.objects.filter(action="api_key.created")
        assert not any(key.digest in str(each.after) for each in created)


def test_a_known_key_costs_no_statement_and_its_use_is_noted_once_a_minute(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, api = make_key(store, "read_inventory")
    key_texts._noted.clear()
    path = "inventory?limit=1"
    assert api.get(path).status_code == 200
    found: list[str] = []
    with count_statements(found):
        assert api.get(path).status_code == 200
    assert [sql for sql in found if "partners_apikey" in sql] == []
    with seeing_all(store):
        first = ApiKey.objects.get(pk=key.pk).last_used_at
        assert first is not None
    monkeypatch.setattr(key_texts, "now", lambda: now() + timedelta(seconds=61))
    key_texts._noted.clear()  # another process, a minute later
    assert api.get(path).status_code == 200
    with seeing_all(store):
        later = ApiKey.objects.get(pk=key.pk).last_used_at
        assert later is not None
        assert later > first + timedelta(seconds=60)


def test_each_key_has_its_own_rate(store: Any) -> None:
    _key, slow = make_key(store, "read_products", requests_per_minute=2)
    _other, usual = make_key(store, "read_products")
    assert [slow.get("products").status_code for _ in range(3)] == [200, 200, 429]
    assert usual.get("products").status_code == 200


def test_the_calls_of_a_month_are_limited_by_the_plan(store: Any) -> None:
    _key, one = make_key(store, "read_products")
    _other, two = make_key(store, "read_products", "read_checkout")
    with use_store(store):
        used = monthly.count_calls_of_month()
    lift_limits(store, max_api_calls_per_month=used + 2)
    monthly.forget_limits()
    assert [api.get("products").status_code for api in (one, two)] == [200, 200]
    refused = one.get("products")
    assert refused.status_code == 403
    error = refused.json()["error"]
    assert error["code"] == "plan_limit_reached"
    assert error["details"]["limit"] == "api_calls_per_month"
    assert error["details"]["allowed"] == used + 2
    assert Api(store).get("products").status_code == 200, "the shop's own calls"
    assert two.get("countries").status_code == 200, "a buyer can buy"
    with without_shared_cache():
        assert two.get("products").status_code == 200
    with use_store(store), moved_to(now() + timedelta(days=32)):
        assert monthly.count_calls_of_month() == 0
    monthly.forget_limits()


def test_the_owner_makes_replaces_and_revokes_keys_in_the_admin(
    store: Any, client_for: Any
) -> None:
    client = log_in_to_admin(store, client_for, Role.OWNER)
    assert "A key lets a program" in client.get("/admin/partners/apikey/").content.decode()
    form = {"name": "  Warehouse ", "scopes": ["write_inventory"], "requests_per_minute": "60"}
    page = client.post("/admin/partners/apikey/new/", form).content.decode()
    with seeing_all(store):
        key = ApiKey.objects.get()
    assert (key.name, key.scopes, key.requests_per_minute) == ("Warehouse", ["write_inventory"], 60)
    text = page.split('<code id="shown-once">')[1].split("</code>")[0]
    api = with_key(store, text)
    assert api.get("inventory").status_code == 200
    url = f"/admin/partners/apikey/{key.pk}/change/"
    assert text not in client.get(url).content.decode()
    replaced = client.post(url, {"rotate": "1", "prefix": key.prefix}).content.decode()
    assert "shown-once" in replaced
    assert (
        "shown-once" not in client.post(url, {"rotate": "1", "prefix": key.prefix}).content.decode()
    )
    past = {"save": "1", "name": "Warehouse", "expires_at": "2001-01-01T10:00"}
    assert "This moment is over" in client.post(url, past).content.decode()
    assert client.post(url, {"revoke": "1"}).status_code == 302
    assert api.get("inventory").status_code == 401
    client = log_in_to_admin(store, client_for, Role.MANAGER)
    assert client.get(url).status_code == 200
    assert client.get("/admin/partners/apikey/new/").status_code == 403
    assert client.post(url, {"revoke": "1"}).status_code == 403
    client = log_in_to_admin(store, client_for, Role.SUPPORT)
    assert client.get(url).status_code == 403


def test_a_revoked_key_takes_the_endpoints_that_it_made_along(store: Any) -> None:
    key, _api = make_key(store, "write_webhooks")
    with seeing_all(store):
        by_key = Actor(ActorKind.KEY, key.pk, "API key ERP")
        made, other = (
            partners.create_endpoint(
                url="https://93.184.215.14/x", topics=["order.paid"], actor=who
            )
            for who in (by_key, STAFF)
        )
        partners.revoke_key(key=key)
        made.refresh_from_db()
        other.refresh_from_db()
    assert (made.state, other.state) == ("paused", "active")
    assert made.state_reason


def test_a_revoked_key_takes_an_endpoint_along_that_it_gave_its_own_address(store: Any) -> None:
    key, api = make_key(store, "write_webhooks", "read_orders")
    with seeing_all(store):
        theirs, other = (
            partners.create_endpoint(
                url="https://93.184.215.14/x", topics=["order.paid"], actor=STAFF
            )
            for _ in range(2)
        )
    url = "webhook-endpoints"
    assert api.patch(f"{url}/{theirs.pk}", {"url": "https://93.184.215.14/mine"}).status_code == 200
    assert api.patch(f"{url}/{other.pk}", {"description": "A word"}).status_code == 200
    with seeing_all(store):
        partners.revoke_key(key=key)
        theirs.refresh_from_db()
        other.refresh_from_db()
    assert (theirs.state, other.state) == ("paused", "active")


def test_an_expired_key_takes_the_endpoints_that_it_made_along(store: Any) -> None:
    ends = now() + timedelta(hours=1)
    key, _api = make_key(store, "write_webhooks", expires_at=ends)
    with seeing_all(store):
        by_key = Actor(ActorKind.KEY, key.pk, "API key ERP")
        made, other = (
            partners.create_endpoint(
                url="https://93.184.215.14/x", topics=["order.paid"], actor=who
            )
            for who in (by_key, STAFF)
        )
        for endpoint in (made, other):
            partners.send_test(endpoint=endpoint)
        assert WakeUp.objects.filter(store=store, due_at=ends).exists()
        with moved_to(now() + timedelta(hours=2)), patch.object(sending, "post") as post:
            post.return_value = Outcome(200, "", "", 1)
            assert partners.send_due(made.pk) == 0, "before the sweep has seen it, too"
            assert partners.send_due(other.pk) == 1
            assert [partners.pause_endpoints_of_expired() for _ in range(2)] == [1, 0]
            made.refresh_from_db()
            assert (made.state, made.state_reason) == ("paused", "The API key that made it has expired.")  # fmt: skip
            assert WebhookEndpoint.objects.get(pk=other.pk).state == "active"
            with pytest.raises(NotItsEndpoint):
                partners.set_active(endpoint=made, is_active=True, actor=by_key)
            partners.set_active(endpoint=made, is_active=True, actor=STAFF)
            assert partners.pause_endpoints_of_expired() == 0, "staff want it"
            assert partners.send_due(made.pk) == 1


def test_guessed_keys_are_limited_by_address(store: Any, settings: Any) -> None:
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, "anonymous": "3/m"}
    key, good = make_key(store, "read_products")
    wrong = with_key(store, f"{key.prefix}wrong")
    assert [wrong.get("products").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert good.get("products").status_code == 200
