"""The keys of a store's Stripe account in its admin: the owner's, tried, and never shown again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.gateways.keyed import read_keys
from apps.payments.models import PaymentMethod
from apps.platform.models import IntegrationConfig
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import SYSTEM
from tests.support.stripe_server import StripeServer
from tests.support.stripe_shop import KEYS, SECRET

Visit = Callable[[Role], Client]


@pytest.fixture
def visit(store: Any, client_for: Callable[..., Client]) -> Visit:
    def log_in(role: Role) -> Client:
        client = client_for(store)
        with use_store(store):
            client.force_login(make_user(store, role))
        return rename_session(client, f"session_{store.slug}")

    return log_in


@pytest.fixture
def page(store: Any) -> str:
    with use_store(store):
        method = PaymentMethod.objects.get(gateway="stripe")
    return f"/admin/payments/paymentmethod/{method.pk}/keys/"


def saved(store: Any) -> dict[str, Any]:
    with use_store(store, actor=SYSTEM):
        return dict(read_keys("stripe"))


def test_saved_keys_are_shown_no_more_and_an_empty_field_keeps_them(
    store: Any, visit: Visit, page: str
) -> None:
    owner = visit(Role.OWNER)
    assert owner.post(page, KEYS).status_code == 302
    shown = owner.get(page).content.decode()
    assert KEYS["secret_key"] not in shown
    assert KEYS["webhook_secret"] not in shown
    assert "Test keys: no real money moves." in shown
    assert f"http://{store.slug}.localhost" in shown, "the address of the webhook"

    changed = {**KEYS, "secret_key": "", "webhook_secret": "whsec_fresh00000000"}
    assert owner.post(page, changed).status_code == 302
    assert saved(store) == {**KEYS, "webhook_secret": "whsec_fresh00000000"}

    assert owner.post(page, {"remove": "1"}).status_code == 302
    assert not IntegrationConfig.objects.filter(kind="stripe").exists()
    assert "No keys yet" in owner.get(page).content.decode()


def test_keys_are_pasted_with_what_can_t_be_seen(store: Any, visit: Visit, page: str) -> None:
    pasted = {name: f"\u200b {key}\ufeff\n" for name, key in KEYS.items()}
    assert visit(Role.OWNER).post(page, pasted).status_code == 302
    assert saved(store) == KEYS


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"secret_key": "sk_live_other0000000"}, "publishable_key"),
        ({"secret_key": "pk_test_alpha0000000"}, "secret_key"),
        ({"webhook_secret": ""}, "webhook_secret"),
        ({"secret_key": "sk_test_" + "a" * 290}, "secret_key"),
    ],
)
def test_keys_that_can_t_be_right_are_errors_of_their_field(
    store: Any, visit: Visit, page: str, wrong: dict[str, str], field: str
) -> None:
    answer = visit(Role.OWNER).post(page, {**KEYS, **wrong})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not IntegrationConfig.objects.filter(kind="stripe").exists()


def test_only_the_owner_s_role_sees_the_keys(visit: Visit, page: str) -> None:
    for role in (Role.MANAGER, Role.SUPPORT, Role.READ_ONLY):
        client = visit(role)
        assert client.get(page).status_code == 403
        assert client.post(page, KEYS).status_code == 403
        assert client.post(f"{page}check/", KEYS).status_code == 403


def test_the_connection_is_tried_with_what_is_typed_and_nothing_is_saved(
    store: Any, visit: Visit, page: str, stripe_at: StripeServer
) -> None:
    owner = visit(Role.OWNER)
    refused = owner.post(f"{page}check/", KEYS).content.decode()
    assert "Stripe refuses the secret key." in refused

    stripe_at.account(SECRET)
    taken = owner.post(f"{page}check/", KEYS).content.decode()
    assert "Stripe takes the secret key." in taken
    assert "No webhook endpoint" in taken

    address = f"http://{store.slug}.localhost:8000/api/v1/payments/webhook/stripe"
    endpoint = {"id": "we_1", "object": "webhook_endpoint", "url": address, "status": "enabled"}
    stripe_at.account(SECRET).endpoints.append(endpoint)
    assert (
        "Stripe sends its events to this store."
        in owner.post(f"{page}check/", KEYS).content.decode()
    )
    assert all(method == "GET" for method, _path in stripe_at.requests)
    assert not IntegrationConfig.objects.filter(kind="stripe").exists()
