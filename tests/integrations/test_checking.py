"""`manage.py check_integrations`: what waits, was given up, is silent or refused; and what of it is repaired."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db.models import F

from apps.common.clock import now
from apps.fulfilment.models import Shipment
from apps.inbox import services as inbox
from apps.inbox.errors import MalformedMessage
from apps.inbox.models import InboxMessage
from apps.inbox.sources import Source, receives
from apps.integrations import services as integrations
from apps.integrations.checking import Limits, Trouble, integration_check
from apps.integrations.models import Integration
from apps.integrations.webhooks import _count_refusal
from apps.partners import services as partners
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, ship
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db


def run(*options: str) -> tuple[dict[str, Any], str]:
    """The outcome, and the error it ended with."""
    out, error = StringIO(), ""
    try:
        call_command("check_integrations", "--json", *options, stdout=out)
    except CommandError as said:
        error = str(said)
    return json.loads(out.getvalue()), error


def kinds(outcome: dict[str, Any], system: str) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in outcome["findings"] if one["system"] == system}


@pytest.fixture
def handled() -> Iterator[list[bytes]]:
    """A sender whose messages can be handled now, unless they say so."""
    seen: list[bytes] = []

    def handle(message: InboxMessage) -> str:
        if b"never" in message.content:
            raise MalformedMessage
        seen.append(message.content)
        return "seen"

    source = receives(Source(code="other", label="Other", handle=handle))
    yield seen
    receives.forget(source)


def receive(body: bytes, **values: Any) -> InboxMessage:
    """A message that came two hours ago."""
    fault = values.pop("fault", "")
    message = inbox.receive(source="other", topic="things", body=body, fault=fault)
    InboxMessage.objects.filter(pk=message.pk).update(
        received_at=now() - timedelta(hours=2), **values
    )
    return message


def test_messages_that_wait_or_were_given_up_are_found_and_repaired(
    store: Any, handled: list[bytes]
) -> None:
    later = now() + timedelta(hours=5)
    with seeing_all(store):
        receive(b"waits", due_at=later, attempts=7, last_error="It was down.")
        held = receive(b"held", due_at=later, attempts=1)  # a worker is at it
        receive(b"dead", state="dead", attempts=12, last_error="It was down.")
        receive(b"never", state="dead", attempts=1, last_error="Not JSON.")
        receive(b"door", fault="Not JSON.")
        inbox.receive(source="other", topic="things", body=b"just came")
    outcome, error = run("--store", store.slug)
    assert kinds(outcome, "other") == {"stuck": 2, "dead": 3}
    assert error == "2 problems."
    [dead] = [one["what"] for one in outcome["findings"] if one["kind"] == "dead"]
    assert "2 different reasons. The last:" in dead
    assert f"`manage.py replay_inbox --store {store.slug} --kind other --list`" in dead
    outcome, error = run("--store", store.slug, "--repair")
    assert outcome["repaired"] == 2
    assert set(handled) == {b"waits", b"dead", b"just came"}
    assert kinds(outcome, "other") == {"stuck": 1, "dead": 2}
    with seeing_all(store):
        InboxMessage.objects.filter(pk=held.pk).update(due_at=now())
        InboxMessage.objects.filter(state="dead").update(body=None)
    assert run("--store", store.slug, "--repair")[1] == ""
    assert handled[-1] == b"held"
    assert run("--store", store.slug)[0]["findings"] == []


def test_a_silent_system_is_wrong_only_while_orders_are_open(
    store: Any, other_store: Any, connect: Callable[..., str]
) -> None:
    connect(store, "clickpost")
    with seeing_all(store):
        _count_refusal("clickpost")
    outcome, error = run()
    assert kinds(outcome, "clickpost") == {"incomplete": 1, "refused": 1}
    assert error == "1 problem.", "any scanner on the internet has a wrong secret"
    cache.clear()
    with seeing_all(store):
        Integration.objects.update(created_at=now() - timedelta(hours=30))
    outcome, error = run("--store", store.slug, "--store", other_store.slug)
    assert kinds(outcome, "clickpost") == {"incomplete": 1}
    assert outcome["stores"] == 2
    with seeing_all(store):
        ship(buy(make_goods(), payment_method=CASH))
    assert kinds(run()[0], "clickpost") == {"incomplete": 1}, "what left just now says nothing yet"
    with seeing_all(store):
        Shipment.objects.update(shipped_at=now() - timedelta(hours=25))
    assert kinds(run()[0], "clickpost") == {"incomplete": 1, "unheard": 1}
    assert kinds(run("--silence", "48")[0], "clickpost") == {"incomplete": 1}
    with seeing_all(store):
        integrations.note_failure(kind="clickpost", error="The key is wrong.")
        inbox.receive(source="clickpost", topic="tracking", body=b"{}")
    assert kinds(run()[0], "clickpost") == {"incomplete": 1, "error": 1}
    with seeing_all(store):
        integrations.pause_integration(integration=Integration.objects.get())
        InboxMessage.objects.update(received_at=F("received_at") - timedelta(hours=3))
    outcome, error = run("--repair")
    assert kinds(outcome, "clickpost") == {"paused": 1, "stuck": 1}
    assert error == "", "who pauses knows"


def test_webhooks_of_partners_are_looked_at_too(store: Any, settings: Any) -> None:
    with seeing_all(store):
        endpoint = partners.create_endpoint(
            url="https://93.184.215.14/x", topics=["order.placed"], actor=STAFF
        )
        given_up, late, between = (
            WebhookDelivery(endpoint=endpoint, event_id=f"evt_{number}", topic="x", body="{}")
            for number in range(3)
        )
        given_up.state, given_up.last_error = "failed", "The answer was 500."
        late.due_at, between.due_at = now() - timedelta(hours=2), now() + timedelta(hours=9)
        WebhookDelivery.objects.bulk_create([given_up, late, between])
    outcome, error = run()
    assert kinds(outcome, "webhooks") == {"dead": 1, "stuck": 1}
    assert error == "2 problems."
    outcome, _error = run("--repair")
    assert kinds(outcome, "webhooks") == {"stuck": 1}
    with seeing_all(store):
        assert not WebhookDelivery.objects.filter(state="failed").exists()
        WebhookEndpoint.objects.update(state="switched_off", state_reason="It is gone.")
    assert kinds(run()[0], "webhooks") == {"error": 1}


def test_apps_register_checks_of_their_own_and_people_read_a_table(store: Any) -> None:
    @integration_check
    def find_unmatched(limits: Limits) -> list[Trouble]:
        return [Trouble("clickpost", "unmatched", "No parcel has [this] waybill.", count=3)]

    out = StringIO()
    try:
        with pytest.raises(CommandError, match=r"1 problem\."):
            call_command("check_integrations", "--store", store.slug, stdout=out)
    finally:
        integration_check.forget(find_unmatched)
    assert "unmatched" in out.getvalue()
    assert "No parcel has [this] waybill." in out.getvalue()
    for wrong in (["--store", "nowhere"], ["--waiting", "0"], ["--silence", "x"], ["--frob"]):
        with pytest.raises(CommandError) as refused:
            call_command("check_integrations", *wrong, stdout=StringIO())
        assert "\n" not in str(refused.value)
