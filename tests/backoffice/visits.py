"""Ways into a store's admin from the platform, for tests."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from apps.events.models import AuditEntry
from apps.pricing.models import ShippingMethod
from tests.support.acting import seeing_all

REASON = "The shipping zones of ticket 12."
Clients = Callable[..., Client]


def ask(person: Client, store: Any, reason: str = REASON) -> Any:
    return person.post(f"/admin/platform/store/{store.pk}/enter/", {"reason": reason})


def link_of(person: Client, store: Any) -> str:
    """The link's path and query at the store's host."""
    answer = ask(person, store)
    assert answer.status_code == 302, answer.content.decode()
    parts = urlsplit(answer["Location"])
    assert parts.hostname == f"{store.slug}.localhost"
    return f"{parts.path}?{parts.query}"


def enter(visitor: Client, link: str) -> Client:
    answer = visitor.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    return visitor


def sentence(answer: Any) -> str:
    assert answer.status_code == 403, answer.status_code
    return str(answer.content.decode())


def shipping_form(store: Any) -> tuple[str, dict[str, Any]]:
    with seeing_all(store):
        method = ShippingMethod.objects.first()
        assert method is not None
        return f"/admin/pricing/shippingmethod/{method.pk}/change/", {"name": "Changed by a visit"}


def names_of_methods(store: Any) -> list[str]:
    with seeing_all(store):
        return list(ShippingMethod.objects.values_list("name", flat=True))


def actions(store: Any) -> list[str]:
    with seeing_all(store):
        found = AuditEntry.objects.filter(action__startswith="store.visit").order_by("id")
        return list(found.values_list("action", flat=True))
