"""What staff do by the API is in the store's audit log: who, what, from where, once."""

from typing import Any

from apps.accounts.roles import Role
from apps.events.models import AuditEntry
from tests.api.shop import Api, log_in, make_product, make_user
from tests.support.acting import seeing_all


def test_writes_of_staff_are_in_the_audit_log(store: Any) -> None:
    product = make_product(store)
    user = make_user(store, Role.OWNER)
    staff = log_in(store, user)
    path = f"products/{product.pk}"
    for _ in range(2):
        staff.patch(path, {"title": "Renamed"}, **{"idempotency-key": "once"})
    staff.post("inventory", {"variant_id": product.variants[0].id, "on_hand": 1})
    staff.delete(path)
    with seeing_all(store):
        entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.action for entry in entries] == [
        "user.logged_in",
        "product.changed",
        "stock.counted",
        "product.deleted",
    ]
    first = entries[1]
    assert (first.actor_ref, first.actor_kind) == (user.pk, "staff")
    assert (first.target_type, first.target_ref) == ("catalog.product", str(product.pk))
    assert first.before == {"title": product.title}
    assert first.after == {"title": "Renamed"}
    assert (first.door, first.ip) == ("api", "127.0.0.1")


def test_what_was_refused_is_not_in_the_log(store: Any) -> None:
    product = make_product(store)
    for api in (Api(store), log_in(store, make_user(store))):
        api.patch(f"products/{product.pk}", {"title": "Stolen"})
    log_in(store, make_user(store, Role.OWNER)).patch(f"products/{product.pk}", {"titel": "x"})
    with seeing_all(store):
        assert not AuditEntry.objects.exclude(action="user.logged_in").exists()
