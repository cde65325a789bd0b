"""Notes of changes: who is noted, what is kept of a change, and that it stands or falls with the change."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.common.actor import Actor, ActorKind
from apps.common.ids import new_id
from apps.common.origin import from_command, use_origin
from apps.content import services as content
from apps.events.models import AuditEntry
from apps.operations import store_status
from apps.platform.auditing import audited, facts_of, note
from apps.platform.auditing.facts import HIDDEN, MOST_CHARACTERS, MOST_FACTS, REST
from apps.pricing.models import ShippingMethod, TaxRate
from apps.tenancy.context import outside_store, use_actor, use_store

pytestmark = pytest.mark.usefixtures("system_scope")

MIRA = Actor(ActorKind.STAFF, new_id(), "mira@example.com")


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


def make_rate(**values: Any) -> TaxRate:
    return TaxRate.objects.create(**{"name": "GST", "country": "NZ", "percent": 5, **values})


def test_staff_are_noted_with_what_was_there_before(in_store: Any) -> None:
    rate = make_rate()
    with use_actor(MIRA), audited("tax_rate.changed", rate):
        rate.percent, rate.name = 12, "GST 12"
        rate.save()
    (entry,) = entries()
    assert (entry.actor_label, entry.action, entry.target_ref) == (
        MIRA.label,
        "tax_rate.changed",
        str(rate.pk),
    )
    assert entry.before == {"name": "GST", "percent": "5"}
    assert entry.after == {"name": "GST 12", "percent": "12"}


@pytest.mark.parametrize(
    "actor", [Actor.guest(), Actor(ActorKind.CUSTOMER, new_id(), "Ann"), Actor.system("sweeper")]
)
def test_buyers_and_workers_are_not_noted(in_store: Any, actor: Actor) -> None:
    with use_actor(actor):
        note("tax_rate.changed", "x")
        content.save_theme(values={"tagline": "New"})
    assert not entries()


def test_a_command_is_noted_by_its_name_whatever_scope_it_works_in(in_store: Any) -> None:
    with use_origin(lambda: from_command("restore_store")), use_actor(Actor.system("archive")):
        note("store.restored", "x")
    (entry,) = entries()
    assert (entry.actor_kind, entry.actor_label, entry.door) == (
        "system",
        "manage.py restore_store",
        "command",
    )


def test_saving_without_a_change_is_no_entry(in_store: Any) -> None:
    rate = make_rate()
    with use_actor(MIRA), audited("tax_rate.changed", rate):
        rate.save()
    assert not entries()


def test_a_change_that_fails_leaves_no_entry(in_store: Any) -> None:
    rate = make_rate()

    @audited("tax_rate.changed", rate)
    def change_and_fail() -> None:
        rate.percent = 9
        rate.save()
        raise RuntimeError

    with use_actor(MIRA), pytest.raises(RuntimeError):
        change_and_fail()
    assert not entries()
    assert TaxRate.objects.get(pk=rate.pk).percent == 5


def test_new_and_deleted_rows_show_one_side(in_store: Any) -> None:
    rate = TaxRate(name="GST", country="NZ", percent=5)
    with use_actor(MIRA):
        with audited("tax_rate.created", rate):
            rate.save()
        with audited("tax_rate.deleted", rate):
            rate.delete()
    made, gone = entries()
    assert made.before is None
    assert made.after is not None
    assert made.after["name"] == "GST"
    assert gone.before == made.after
    assert gone.after is None
    assert gone.target_ref == made.target_ref


def test_amounts_are_kept_with_their_currency(in_store: Any) -> None:
    method = ShippingMethod(name="Post", code="post", amount_minor=4900, currency="INR")
    assert facts_of(method)["amount"] == "49.00 INR"
    assert facts_of(ShippingMethod(amount_minor=490, currency="JPY"))["amount"] == "490 JPY"


def test_secrets_and_personal_data_are_compared_and_not_kept(in_store: Any) -> None:
    user = User(email="ann@example.com", first_name="Ann", phone="+911234567890")
    user.set_password("correct horse battery")
    user.save()
    with use_actor(MIRA), audited("user.changed", user):
        user.first_name, user.email = "Anna", "anna@example.com"
        user.set_password("staple")
        user.save()
    (entry,) = entries()
    assert entry.before == dict.fromkeys(("password", "email", "first_name"), HIDDEN)
    assert entry.after == entry.before
    assert "ann" not in entry.target_label.lower()


def test_long_texts_and_many_facts_are_cut(in_store: Any) -> None:
    with use_actor(MIRA):
        note("x.changed", "x", after={"text": "a" * 5000})
        note("x.changed", "x", after={str(number): number for number in range(500)})
    # two entries of one millisecond have no order
    long, many = sorted((entry.after or {} for entry in entries()), key=len)
    assert len(long["text"]) == MOST_CHARACTERS
    assert len(many) == MOST_FACTS + 1
    assert many[REST] == 500 - MOST_FACTS


def test_what_is_done_to_a_store_is_in_the_platforms_log(store: Any) -> None:
    with use_actor(MIRA), use_store(store):
        store_status.set_published(store=store, is_published=False, reason="Not ready")
        assert not entries()
    with outside_store():
        entry = AuditEntry.objects.get(target_ref=str(store.pk), action="store.unpublished")
    assert entry.after == {"reason": "Not ready"}
