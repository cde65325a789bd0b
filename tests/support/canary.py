"""A store filled with things that carry a canary word, and everything one could steal from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice, product
from typing import Any

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image

from apps.accounts import services as accounts
from apps.accounts.api.tokens import RefreshToken
from apps.accounts.models import Role, User
from apps.carts import services as carts
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput, PriceInput, ProductInput, VariantInput
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor
from apps.fulfilment import services as fulfilment
from apps.gateways import test_bank as bank
from apps.inventory import services as inventory
from apps.invoices import services as invoices
from apps.orders.models import Order
from apps.payments import services as payments
from apps.support import services as support
from apps.support.models import Attachment
from apps.tenancy.context import use_actor
from apps.tenancy.documents.models import Document
from apps.tenancy.routers import Home, home_of
from tests.support.acting import SYSTEM, seeing_all

CANARY = "Kanarienvogel"


@dataclass
class Planted:
    """Ids by kind, and the keys to the door."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    session_key: str = ""
    access_token: str = ""
    refresh_token: str = ""
    cart_token: str = ""

    def candidates(self, names: list[str], most: int) -> Iterator[dict[str, str]]:
        """Fillings of a route's parameters: every known value for each, bounded for routes with several."""
        if not names:
            yield {}
            return
        choices = [self._values(name) for name in names]
        for values in islice(product(*choices), most):
            yield dict(zip(names, values, strict=True))

    def _values(self, name: str) -> list[str]:
        return self.ids.get(name) or self.ids["any"]

    def as_form(self) -> dict[str, str]:
        """A body that names alpha's things under every name a form or an endpoint could look for."""
        names = (
            "variant",
            "variant_ref",
            "product",
            "order",
            "payment",
            "shipment",
            "cart",
            "address",
            "customer",
        )
        first = {name: values[0] for name, values in self.ids.items() if values}
        return {
            **{name: first.get(f"{name}_id", self.ids["any"][0]) for name in names},
            "quantity": "1",
            "status": "cancelled",
            "email": "asha.kanarienvogel@example.com",
            "password": "a-long-password-1",
        }


@use_actor(SYSTEM)
def plant(store: Any, *, with_files: bool = True) -> Planted:
    """Run inside `store`. Without its picture and the printed invoice it takes half the time."""
    found = Planted()
    owner = accounts.create_user(
        email="asha.kanarienvogel@example.com",
        password="a-long-password-1",
        role=Role.OWNER,
        first_name=CANARY,
    )
    address = accounts.save_address(user=owner, values=_address(store))
    goods = _goods(store)
    if with_files:
        _add_picture(goods)
    cart = carts.add_item(
        cart=carts.get_or_create_cart(), variant_ref=goods.variants[0].id, quantity=1
    )
    found.cart_token = carts.add_item(
        cart=carts.get_or_create_cart(), variant_ref=goods.variants[0].id, quantity=2
    ).token
    order, payment, shipment = _sale(store, cart, owner)
    document = invoices.issue_invoice(order=order)
    if with_files:
        invoices.print_document(document=document)
    found.session_key = _session(owner)
    refresh = RefreshToken.for_user(owner)
    found.refresh_token, found.access_token = str(refresh), str(refresh.access_token)
    lines = list(order.lines.all())
    every = [
        *(
            str(row.pk)
            for row in (owner, address, goods, order, payment, shipment, document, *lines)
        ),
        *(goods.slug, order.number, order.access_token, goods.variants[0].id, found.cart_token),
        *(str(category) for category in goods.category_ids),
        CANARY.lower(),
    ]
    found.ids = {
        "any": every,
        "name": [
            address
            for each in goods.images
            for address in (each.file, f"../{store.pk}/{each.file}")
        ],
        "token": [order.access_token, found.cart_token, *every],
        "access_token": [order.access_token],
        "app_label": ["orders", "catalog", "accounts", "platform"],
        "order_id": [str(order.pk)],
        "payment_id": [str(payment.pk)],
        "document_id": [str(document.pk)],
        "product_id": [str(goods.pk)],
        "shipment_id": [str(shipment.pk)],
        "variant_id": [goods.variants[0].id],
        "address_id": [str(address.pk)],
    }
    return found


@use_actor(SYSTEM)
def plant_ticket(found: Planted) -> None:
    """A request of the same person with a file, for what the walk over all addresses tries. Run inside the store."""
    owner = User.objects.get(first_name=CANARY)
    ticket = support.open_ticket(
        email=owner.email,
        subject=CANARY,
        text=f"Where is my {CANARY}?",
        actor=Actor.guest(),
        customer_id=owner.pk,
        files=[support.check_file(name="a.txt", content=CANARY.encode())],
    )
    file = Attachment.objects.get(message__ticket=ticket)
    orders = Order.objects.values_list("number", flat=True)
    found.ids["number"] = [ticket.number, *orders]
    found.ids["access_token"].append(ticket.access_token)
    found.ids["ticket_id"], found.ids["file_id"] = [str(ticket.pk)], [str(file.pk)]


def _address(store: Any) -> dict[str, str]:
    return {
        "name": f"Asha {CANARY}",
        "line1": f"1 {CANARY} Road",
        "city": "Pune",
        "region": "MH",
        "postal_code": "411001",
        "country": store.country,
    }


def _goods(store: Any) -> Any:
    category = catalog.create_category(data=CategoryInput(name=CANARY))
    price = PriceInput(currency=store.currency, amount_minor=50_000)
    goods = catalog.save_product(
        data=ProductInput(
            title=f"{CANARY} chai",
            description=f"<p>{CANARY}</p>",
            status="active",
            category_ids=[category.pk],
            variants=[VariantInput(sku=f"{CANARY}-1", prices=[price])],
        )
    )
    inventory.receive_stock(
        variant_ref=goods.variants[0].id, sku=goods.variants[0].sku, quantity=50
    )
    return goods


def _add_picture(goods: Any) -> None:
    buffer = BytesIO()
    Image.new("RGB", (400, 400), (10, 90, 40)).save(buffer, "PNG")
    catalog.add_image(product=goods, file=ContentFile(buffer.getvalue(), name="a.png"), alt=CANARY)


def _sale(store: Any, cart: Any, owner: Any) -> tuple[Any, Any, Any]:
    placed = checkout.place_order(
        cart=cart,
        details=CheckoutDetails(
            email=owner.email,
            shipping_address=_address(store),
            shipping_method="standard",
            payment_method="test",
        ),
        actor=Actor.guest(owner.email),
    )
    bank.choose(bank.get_charge(str(placed.payment.pk)), bank.State.PAID)
    assert placed.payment is not None
    payments.settle_from_gateway(payment=placed.payment)
    placed.order.refresh_from_db()
    shipment = fulfilment.ship_order(
        order=placed.order, tracking_number=CANARY, actor=Actor.system("test")
    )
    return placed.order, placed.payment, shipment


def _session(owner: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(owner.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def fingerprint(store: Any) -> dict[str, Any]:
    """How many rows every table and collection of the store has, with the latest change of each table's content."""

    counts: dict[str, Any] = {}
    with seeing_all(store):
        for model in apps.get_models():
            home = home_of(model)
            if home in (Home.STORE, Home.SHARED):
                with connection.cursor() as cursor:
                    table = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(
                        f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
                    )
                    counts[model._meta.label] = cursor.fetchone()
            elif issubclass(model, Document):
                counts[model._meta.label] = model.objects.count()
    return counts
