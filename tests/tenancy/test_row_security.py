"""PostgreSQL itself keeps the people of a store apart: pages that forget every filter show nobody's rows but one's own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DataError, ProgrammingError, connections, transaction
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Address, CustomerNote, User
from apps.accounts.notes import add_note
from apps.accounts.roles import Role
from apps.common.actor import Actor, ActorKind
from apps.events.models import AuditEntry, IdempotencyKey, OutboxMessage
from apps.events.services import record_audit
from apps.fulfilment.models import Shipment, ShipmentEvent, ShipmentLine
from apps.gateways.models import GatewayCustomer
from apps.inbox.models import InboxMessage
from apps.integrations.models import Integration
from apps.notifications.models import MailAddress, MailConsent, MailWording, SentMail
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.partners.models import ApiKey, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from apps.payments import services as payments
from apps.payments.models import (
    Capture,
    Dispute,
    Payment,
    PaymentAttempt,
    Refund,
    Transaction,
)
from apps.placements.kinds import placement_of
from apps.placements.release import template
from apps.platform.sweeps import run_sweeps
from apps.provisioning.steps import seed_store
from apps.remittances.models import Remittance, RemittanceLine
from apps.support.models import Attachment, InboundMail, Message, MessageText, Ticket
from apps.tenancy.backend.scope import NO_ACTIVE_STORE, NO_ACTOR
from apps.tenancy.connections import forget_database, register_database
from apps.tenancy.context import (
    NoActor,
    current_actor,
    show_order,
    system_scope,
    use_actor,
    use_store,
)
from apps.tenancy.row_security import find_bypass, list_guarded
from apps.tenancy.tasks import STORE_HEADER
from tests.support.orders import place
from tests.tenancy.open_tables import WITHOUT_POLICY
from tests.tenancy.sample_tasks import count_orders

pytestmark = pytest.mark.usefixtures("system_scope")

OWN: list[Any] = [
    Order,
    OrderLine,
    OrderEvent,
    Payment,
    PaymentAttempt,
    Capture,
    Refund,
    Transaction,
]
OWN += [Shipment, ShipmentLine, ShipmentEvent, Address, Ticket, Message, MessageText, Attachment]
STAFF_ONLY = [
    SentMail,
    MailAddress,
    MailConsent,
    MailWording,
    OutboxMessage,
    AuditEntry,
    IdempotencyKey,
    InboxMessage,
    Integration,
    GatewayCustomer,
    CustomerNote,
    Dispute,
    InboundMail,
    ApiKey,
    WebhookEndpoint,
    WebhookDelivery,
    WebhookAttempt,
    Remittance,
    RemittanceLine,
]


@dataclass(frozen=True)
class People:
    """Two customers with an order, a payment and an address each, and a guest's order."""

    asha: User
    ben: User
    orders: dict[str, Order]

    def actor(self, name: str) -> Actor:
        return Actor(ActorKind.CUSTOMER, getattr(self, name).pk, name)


@pytest.fixture
def people(in_store: Any) -> People:
    return make_people()


def make_people() -> People:
    users = {
        name: accounts.create_user(email=f"{name}@example.com", password="a-long-password")
        for name in ("asha", "ben")
    }
    orders = {name: place(customer_id=user.pk) for name, user in users.items()}
    orders["guest"] = place()
    for order in orders.values():
        payments.create_payment(order=order, gateway_code="test", expires_at=None)
    for user in users.values():
        accounts.save_address(
            user=user,
            values={"name": "A", "line1": "1 Road", "city": "Doha", "country": "QA"},
        )
    record_audit(actor=Actor.system(), action="test.done", target="test")
    add_note(email="asha@example.com", text="Rings twice.", actor=Actor.system())
    return People(users["asha"], users["ben"], orders)


def count(*models: Any) -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in models}


def test_a_customer_sees_their_own_rows_even_without_a_filter(people: People) -> None:
    with use_actor(people.actor("asha")):
        assert list(Order.objects.all()) == [people.orders["asha"]]
        assert {line.order_id for line in OrderLine.objects.all()} == {people.orders["asha"].pk}
        assert count(Payment, Address, OrderEvent) == {"Payment": 1, "Address": 1, "OrderEvent": 1}
        assert set(count(*STAFF_ONLY).values()) == {0}
    assert count(Order, Payment, Address) == {"Order": 3, "Payment": 3, "Address": 2}


def test_a_customer_changes_and_adds_nothing_of_others(people: People) -> None:
    with use_actor(people.actor("asha")):
        foreign = Order.objects.filter(pk=people.orders["ben"].pk)
        assert foreign.update(note="mine now") == 0
        assert Address.objects.filter(user=people.ben).delete() == (0, {})
        for row in (
            Address(user=people.ben, name="x", line1="x", city="x", country="IN"),
            Payment(order=people.orders["ben"], gateway="test", amount_minor=1, currency="INR"),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Order.objects.update(customer=people.ben)
    assert not Order.objects.filter(note="mine now").exists()


def test_a_guest_sees_the_order_of_the_token_and_a_visitor_none(people: People) -> None:
    order = people.orders["guest"]
    with use_actor(Actor.guest()):
        assert set(count(*OWN, *STAFF_ONLY).values()) == {0}
        show_order(order.access_token)
        assert list(Order.objects.all()) == [order]
        assert [payment.order_id for payment in Payment.objects.all()] == [order.pk]
        with use_actor(Actor.guest()):
            assert Order.objects.count() == 0
    with use_actor(Actor.guest()):
        assert Order.objects.count() == 0


def test_visitors_add_to_the_letterboxes_and_see_nothing_in_them(people: People) -> None:
    with use_actor(Actor.guest()):
        record_audit(actor=Actor.guest(), action="guest.came", target="test")
        assert AuditEntry.objects.count() == 0
    assert AuditEntry.objects.filter(action="guest.came").count() == 1


def test_staff_see_all(people: People) -> None:
    with use_actor(Actor(ActorKind.STAFF, people.ben.pk, "Ben")):
        assert count(Order, Address) == {"Order": 3, "Address": 2}


def test_who_does_not_say_who_acts_is_refused_not_shown_an_empty_table(people: People) -> None:
    with _nobody():
        for model in (Order, OrderLine, OrderEvent, Payment, Address, AuditEntry):
            with pytest.raises(DataError, match="no actor"), transaction.atomic():
                model.objects.count()
        with pytest.raises(NoActor):
            current_actor()
    assert Order.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_our_own_work_says_that_it_is_ours(throwaway_store: Any) -> None:
    """In a context where nobody acts, as in a fresh process or thread."""
    store = throwaway_store.active_store
    with use_store(store):
        make_people()

    def work() -> None:
        with pytest.raises(NoActor):
            current_actor()
        headers = {STORE_HEADER: str(store.id)}
        assert count_orders.apply(headers=headers).get() == ("system", 3)
        with patch("apps.platform.sweeps.list_sweeps", lambda: {"look": Order.objects.count}):
            assert run_sweeps(store)
        assert seed_store(store)

    Context().run(work)


def test_a_scope_inside_a_failed_transaction_ends_with_it(people: People) -> None:
    with use_actor(people.actor("asha")):
        with pytest.raises(ZeroDivisionError):
            _look_and_fail()
        assert Order.objects.count() == 1
        with pytest.raises(DataError), transaction.atomic(), system_scope():
            connections["default"].cursor().execute("SELECT 'x'::boolean")
        assert Order.objects.count() == 1


@pytest.mark.parametrize("model", [*OWN[:4], Address, SentMail])
def test_a_careless_page_shows_a_visitor_nothing_of_others(
    people: People, model: Any, settings: Any, client_for: Callable[..., Client]
) -> None:
    settings.STORE_URLCONF = "tests.tenancy.peeking_urls"
    store = _active()
    mine = _keys(model, people.actor("asha"))

    def peek(client: Client, query: str = "ask") -> set[str]:
        answer = client.get(f"/peek/?model={model._meta.label}&{query}")
        assert answer.status_code == 200, answer.content
        return set(answer.json()["rows"])

    visitor, customer, staff = client_for(store), client_for(store), client_for(store)
    _log_in(customer, people.asha)
    owner = accounts.create_user(email="o@example.com", password="a-long-password", role=Role.OWNER)
    _log_in(staff, owner)
    everything = {str(row.pk) for row in model._default_manager.all()}
    assert peek(visitor) == set()
    assert peek(customer) == mine
    assert peek(customer, "") == set()  # a page that asks nobody is an anonymous visitor's
    assert peek(staff) == everything
    if model in (Order, Payment):
        token = people.orders["guest"].access_token
        with use_actor(Actor.guest()):
            show_order(token)
            of_guest = {str(row.pk) for row in model._default_manager.all()}
        assert peek(visitor, f"token={token}") == of_guest != set()
        assert peek(visitor) == set()


def test_every_table_of_a_store_has_a_policy_or_a_reason(in_store: Any) -> None:
    tables, guarded = set(template.list_tables(_active().schema)), list_guarded()
    assert tables - guarded - set(WITHOUT_POLICY) == set(), (
        "guard them (row_security.py), or say why not"
    )
    assert set(WITHOUT_POLICY) - (tables - guarded) == set(), "no longer true"
    assert {model._meta.db_table for model in (*OWN, *STAFF_ONLY)} <= guarded


def test_a_policy_that_is_gone_is_told(in_store: Any, people: People) -> None:
    placement = placement_of(in_store)
    assert placement.missing_guards() == []
    with connections["default"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP POLICY rows_of_the_actor ON orders_order")
        cursor.execute("ALTER TABLE payments_payment NO FORCE ROW LEVEL SECURITY")
    assert "orders_order, payments_payment" in placement.missing_guards()[0]
    assert Order.objects.count() == 0  # without any policy the table is closed, not open


@pytest.mark.django_db(transaction=True)
def test_placed_stores_have_the_policies_of_the_template(three_stores: list[Any]) -> None:
    found = []
    for store in three_stores:
        with use_store(store):
            found.append(_policies())
            people = make_people()
            with use_actor(people.actor("asha")):
                assert count(Order, Address) == {"Order": 1, "Address": 1}
            assert find_bypass() == ""
    assert found[0] == found[1] == found[2] != []


@pytest.mark.django_db(transaction=True)
def test_threads_mixing_people_see_no_foreign_row(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        people = make_people()

    def visit(seed: int) -> list[str]:
        wrong = []
        try:
            for turn in range(40):
                name = ("asha", "ben", "guest", "system")[(seed + turn) % 4]
                actor = people.actor(name) if name in ("asha", "ben") else Actor.guest()
                actor = Actor.system() if name == "system" else actor
                with use_store(throwaway_store, actor):
                    seen = set(Order.objects.values_list("pk", flat=True))
                own = {people.orders[name].pk} if name in ("asha", "ben") else set()
                every = {order.pk for order in people.orders.values()}
                wrong += [name] if seen != (every if name == "system" else own) else []
                if turn % 3 == 0:
                    connections.close_all()  # back to the pool, and another one out of it
        finally:
            connections.close_all()
        return wrong

    with ThreadPoolExecutor(6) as pool:
        assert [name for names in pool.map(visit, range(6)) for name in names] == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_in_the_pool_is_nobodys(throwaway_store: Any) -> None:
    settings = connections["platform"].settings_dict
    alias = "store_pooled_v1"
    pooled = {name: settings[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")}
    pooled |= {"ENGINE": "apps.tenancy.backend"}
    register_database(alias, {**pooled, "OPTIONS": {"pool": {"min_size": 1, "max_size": 1}}})
    try:
        with use_store(replace(throwaway_store.active_store, alias=alias)):
            assert Order.objects.count() == 0
            wrapper: Any = connections["default"]
            wrapper.close()
        with wrapper.pool.connection() as bare:
            told = bare.execute(
                "SELECT current_setting('search_path'), current_setting('polystore.sees_all')"
            ).fetchone()
        assert told == (f"{NO_ACTIVE_STORE}, extensions", NO_ACTOR)
    finally:
        forget_database(alias)


def _log_in(client: Client, user: User) -> None:
    answer = client.post("/account/login/", {"login": user.email, "password": "a-long-password"})
    assert answer.status_code == 302


def _nobody() -> Any:
    return use_actor(None)  # type: ignore[arg-type] # the product has no way to unset it


def _active() -> Any:
    from apps.tenancy.context import current_store

    return current_store()


def _look_and_fail() -> None:
    with transaction.atomic():
        with system_scope():
            assert Order.objects.count() == 3
        raise ZeroDivisionError


def _keys(model: Any, actor: Actor) -> set[str]:
    with use_actor(actor):
        return {str(row.pk) for row in model._default_manager.all()}


def _policies() -> list[Any]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname, cmd, regexp_replace(qual, '\\s+', ' ', 'g'), with_check "
            "FROM pg_policies WHERE schemaname = current_schema() ORDER BY 1, 2"
        )
        return cursor.fetchall()
