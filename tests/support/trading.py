"""A store in which something has happened, and empty places to bring it to."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.accounts.models import User
from apps.events.services import record_audit
from apps.placements.kinds import placement_of
from apps.provisioning import services as provisioning
from apps.tenancy.context import outside_store, use_store
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.support.acting import STAFF

CANARY = "canary-9d41c0de-é-🦜"


def trade(store: Any) -> Goods:
    """Sell two, leave one in a cart; a person with a group and rights of their own, audit entries, files."""
    with use_store(store, actor=STAFF):
        goods = make_goods(stock=7)
        place(make_cart(goods, quantity=2), note=CANARY)
        make_cart(goods, quantity=1)
        person = User.objects.create_user("asha@example.com", "x" * 20, first_name=CANARY)
        person.groups.add(Group.objects.create(name=CANARY))
        person.user_permissions.add(*Permission.objects.order_by("codename")[:3])
        LogEntry.objects.create(
            user=person,
            content_type=ContentType.objects.get(app_label="orders", model="order"),
            object_id=str(goods.product.pk),
            object_repr=CANARY,
            action_flag=1,
        )
        record_audit(
            actor=STAFF,
            action="product.looked_at",
            target=goods.product,
            after={"b": 1.0, "a": [1.5, None, {"é": True}], "product": str(goods.product.pk)},
        )
        default_storage.save("products/a/small.txt", ContentFile(CANARY.encode()))
        default_storage.save("products/big.bin", ContentFile(bytes(range(256)) * 9000))
        default_storage.save("empty.txt", ContentFile(b""))
    return goods


@contextmanager
def empty_place() -> Iterator[Any]:
    """A store with the template's tables and nothing in them."""
    from tests.support.databases import close_store
    from tests.support.documents import clean_documents

    with outside_store():
        store = provisioning.register_store(
            name="Copy",
            slug=f"t{secrets.token_hex(5)}",
            owner=None,
            currency="INR",
            country="IN",
        )
        placement_of(store).create()
    yield store
    clean_documents(store)
    close_store(store)
