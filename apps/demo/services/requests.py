"""Requests of buyers in several states, each at its time within the past days."""

from datetime import timedelta
from typing import Final

from django.core.files.storage import default_storage

from apps.accounts.models import Role, User
from apps.catalog.documents import Product
from apps.common.actor import Actor, ActorKind
from apps.common.clock import moved_to, now
from apps.demo.shops import Shop
from apps.orders.models import Order
from apps.support import services as support
from apps.support.models import Ticket
from apps.support.states import Priority, TicketState, Way
from apps.tenancy.context import current_store

_HOUR: Final = timedelta(hours=1)


def make_requests(*, shop: Shop) -> None:
    """Once: requests that are there stay as they are. Each is about an order that had come so far."""
    if Ticket.objects.exists():
        return
    orders = Order.objects.exclude(customer=None).filter(cancelled_at=None).order_by("-placed_at")
    arrived = list(orders.filter(delivered_at__lt=now() - 27 * _HOUR)[:1])
    older = list(orders.filter(delivered_at__lt=now() - 121 * _HOUR)[:3])
    on_its_way = list(orders.filter(shipped_at__lt=now() - 4 * _HOUR, delivered_at=None)[:1])
    _gift(shop)
    for order in older[1:2]:
        _thanks(order)
    for order in [one for one in older[2:] if one.placed_at < now() - 201 * _HOUR]:
        _invoice(order)
    for order in arrived:
        _broken(order)
    for order in on_its_way:
        _where(order)


def _broken(order: Order) -> None:
    """Waits for the store, with a picture and a note."""
    ticket = _ask(
        order,
        "One piece arrived broken",
        "Hello,\n\nthe parcel came this morning, thank you. One piece is broken, I think it fell on the way. A picture is attached.\n\nCan you send another one? It is a present for Sunday.",
        hours=26,
        with_picture=True,
    )
    staff = _staff()
    with moved_to(now() - 24 * _HOUR):
        support.assign(ticket=ticket, assignee=User.objects.get(email=staff.label), actor=staff)
        support.set_priority(ticket=ticket, priority=Priority.HIGH, actor=staff)
        support.answer_as_staff(
            ticket=ticket,
            text="Hello,\n\nI am sorry about that. Of course we send another one. Is the address still the same?",
            actor=staff,
            author=_name(),
        )
        support.add_note(
            ticket=ticket,
            text="Second one from the same box this week. I have asked the warehouse for more padding.",
            actor=staff,
            author=_name(),
        )
    with moved_to(now() - 2 * _HOUR):
        _reply(ticket, "Yes, the same address. Thank you for being so quick!")


def _where(order: Order) -> None:
    """New: not answered yet."""
    _ask(
        order,
        f"When does order {order.number} come?",
        "Hi, the tracking page has not changed since yesterday. Do you know when it will be here? I am away from Friday on.",
        hours=3,
    )


def _gift(shop: Shop) -> None:
    """A guest's, by mail: its sender is not proved."""
    with moved_to(now() - 5 * _HOUR):
        ticket = support.open_ticket(
            email="lena.hoffmann@example.org",
            name="Lena Hoffmann",
            subject="Do you wrap gifts?",
            text="Good morning,\n\nI found your shop through a friend. Do you wrap things as gifts, and can I add a card?\n\nLena",
            quoted="",
            actor=Actor.guest(),
            way=Way.MAIL,
            is_verified=False,
        )
    with moved_to(now() - 4 * _HOUR):
        support.answer_as_staff(
            ticket=ticket,
            text=f"Good morning Lena,\n\nyes, we wrap gifts, and a card is free. Write its text into the note of your order.\n\n{shop.name}",
            actor=_staff(),
            author=_name(),
        )


def _thanks(order: Order) -> None:
    """Solved and rated."""
    ticket = _ask(order, "Wrong colour", "I ordered green and got blue. What now?", hours=120)
    with moved_to(now() - 100 * _HOUR):
        support.answer_as_staff(
            ticket=ticket,
            text="Keep the blue one, please. The green one leaves us today.",
            actor=_staff(),
            author=_name(),
            then=TicketState.SOLVED,
        )
    with moved_to(now() - 90 * _HOUR):
        support.rate(
            ticket=ticket, score=5, comment="That was quick and kind.", actor=_buyer(order)
        )


def _invoice(order: Order) -> None:
    """Closed by its buyer."""
    ticket = _ask(order, "Invoice", "Where do I find the invoice?", hours=200)
    with moved_to(now() - 199 * _HOUR):
        support.set_state(
            ticket=ticket, target=TicketState.CLOSED, actor=_buyer(order), way=Way.PAGE
        )


def _ask(
    order: Order, subject: str, text: str, *, hours: int, with_picture: bool = False
) -> Ticket:
    files = [_picture()] if with_picture else []
    with moved_to(now() - hours * _HOUR):
        return support.open_ticket(
            email=order.email,
            name=str(order.shipping_address.get("name") or ""),
            subject=subject,
            text=text,
            actor=_buyer(order),
            order=order,
            customer_id=order.customer_id,
            files=[file for file in files if file is not None],
        )


def _reply(ticket: Ticket, text: str) -> None:
    buyer = Actor(ActorKind.CUSTOMER, ticket.customer_id, ticket.name)
    support.reply_as_buyer(ticket=ticket, text=text, actor=buyer)


def _picture() -> support.CheckedFile | None:
    """A picture of a product, where the demo has pictures."""
    for product in Product.objects.all()[:20]:
        for image in product.images or []:
            with default_storage.open(image.file) as file:
                return support.check_file(name="IMG_0231.jpg", content=file.read())
    return None


def _buyer(order: Order) -> Actor:
    return Actor(ActorKind.CUSTOMER, order.customer_id, order.email)


def _name() -> str:
    return "Meera" if current_store().country == "IN" else "Sam"


def _staff() -> Actor:
    user = User.objects.filter(role=Role.MANAGER, is_staff=True).order_by("email").first()
    user = user or User.objects.filter(is_staff=True).order_by("email").first()
    return Actor(ActorKind.STAFF, user.pk if user else None, user.email if user else "demo")
