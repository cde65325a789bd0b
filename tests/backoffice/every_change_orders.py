"""How each door of a store's orders is used once, by its owner: in the admin and by the API."""

from typing import Any

from apps.checkout import services as checkout
from apps.checkout.models import DraftOrder
from apps.common.actor import Actor
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.orders.models import Order
from apps.payments.models import BankAccount, CashSettings, Payment, PaymentMethod
from apps.remittances.models import Remittance
from apps.tenancy.context import use_store
from tests.api.shop import ADDRESSES, Api, fill_cart, make_product, order_body, pay, place_order
from tests.backoffice.every_change import Cases, World
from tests.payments.bank import pay_amount
from tests.remittances.files import csv_of
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


def paid_order(world: World) -> Order:
    placed = place_order(world.store)
    pay(world.store, placed)
    with seeing_all(world.store):
        return Order.objects.get(pk=placed["id"])


def press(world: World, order: Order, verb: str, **values: Any) -> None:
    world.post(f"/admin/orders/order/{order.pk}/{verb}/", **values)


@BUTTONS.of("store orders_order_ship")
def _(world: World) -> None:
    press(world, paid_order(world), "ship")


@BUTTONS.of("store orders_order_invoice")
def _(world: World) -> None:
    press(world, paid_order(world), "invoice")


@BUTTONS.of("store orders_order_deliver")
def _(world: World) -> None:
    order = paid_order(world)
    press(world, order, "ship")
    with seeing_all(world.store):
        shipment = Shipment.objects.get(order=order)
    press(world, order, "deliver", shipment=str(shipment.pk))


def shipped(world: World, *, is_delivered: bool = False) -> Shipment:
    """A parcel of a paid order, on its way or delivered already."""
    order = paid_order(world)
    with seeing_all(world.store):
        shipment = fulfilment.ship_order(order=order, actor=Actor.system("test"))
        if is_delivered:
            fulfilment.mark_delivered(shipment=shipment, actor=Actor.system("test"))
    return shipment


def press_parcel(world: World, shipment: Shipment, verb: str, **values: Any) -> None:
    path = f"/admin/orders/order/{shipment.order_id}/{verb}/"
    world.post(path, shipment=str(shipment.pk), **values)


@BUTTONS.of("store orders_order_undo")
def _(world: World) -> None:
    press_parcel(world, shipped(world, is_delivered=True), "undo", reason="wrong parcel")


@BUTTONS.of("store orders_order_prove")
def _(world: World) -> None:
    press_parcel(world, shipped(world, is_delivered=True), "prove", received_by="Asha Rao")


@BUTTONS.of("store orders_order_correct")
def _(world: World) -> None:
    press_parcel(world, shipped(world), "correct", carrier="Other", tracking_number="2")


@BUTTONS.of("store orders_order_refused")
def _(world: World) -> None:
    press_parcel(world, shipped(world), "refused", reason="nobody there")


def failed(world: World) -> Shipment:
    shipment = shipped(world)
    with seeing_all(world.store):
        fulfilment.note_failed_attempt(
            shipment=shipment, reason="other", actor=Actor.system("test")
        )
    return shipment


@BUTTONS.of("store orders_order_failed")
def _(world: World) -> None:
    press_parcel(world, shipped(world), "failed", failure="refused")


@BUTTONS.of("store orders_order_attempt")
def _(world: World) -> None:
    press_parcel(world, failed(world), "attempt")


def ready(world: World) -> Shipment:
    shipment = shipped(world)
    with seeing_all(world.store):
        Shipment.objects.update(state="ready", pickup_code="ACDEFG")
        shipment.refresh_from_db()
    return shipment


@BUTTONS.of("store orders_order_collected")
def _(world: World) -> None:
    press_parcel(world, ready(world), "collected", code="acdefg")


@BUTTONS.of("store orders_order_uncollected")
def _(world: World) -> None:
    press_parcel(world, ready(world), "uncollected")


@BUTTONS.of("store fulfilment_shipment_inspect")
def _(world: World) -> None:
    shipment = failed(world)
    with seeing_all(world.store):
        fulfilment.expect_return(shipment=shipment, actor=Actor.system("test"))
    world.post(f"/admin/fulfilment/shipment/{shipment.pk}/inspect/")


@BUTTONS.of("store fulfilment_shipment_call")
def _(world: World) -> None:
    path = f"/admin/fulfilment/shipment/{failed(world).pk}/call/"
    world.post(path, note="Not reached", desk="")


def _remittance(world: World) -> Remittance:
    path = "/admin/remittances/remittance/upload/"
    world.post(path, file=csv_of("AWB,Amount", "A,5"), courier="Delhivery")
    with seeing_all(world.store):
        return Remittance.objects.get()


@BUTTONS.of("store remittances_remittance_upload")
def _(world: World) -> None:
    _remittance(world)


@BUTTONS.of("store remittances_remittance_book")
def _(world: World) -> None:
    world.post(f"/admin/remittances/remittance/{_remittance(world).pk}/book/")


@BUTTONS.of("store remittances_remittance_discard")
def _(world: World) -> None:
    world.post(f"/admin/remittances/remittance/{_remittance(world).pk}/discard/")


@FORMS.of("store fulfilment.deliverysettings change")
def _(world: World) -> None:
    with use_store(world.store):
        row = DeliverySettings.objects.get_or_create(key="store")[0]
    world.change(row, undelivered_refund="all", buyers_answers="apply")


@BUTTONS.of("store orders_order_resume")
def _(world: World) -> None:
    shipment = shipped(world)
    with seeing_all(world.store):
        fulfilment.expect_return(shipment=shipment, reason="x", actor=Actor.system("test"))
    press_parcel(world, shipment, "resume")


@BUTTONS.of("store orders_order_return")
def _(world: World) -> None:
    shipment = shipped(world)
    with seeing_all(world.store):
        line = shipment.lines.get().order_line_id
    press_parcel(world, shipment, "return", **{f"restock-{line}": "1"}, reason="too small")


@BUTTONS.of("store orders_order_rest")
def _(world: World) -> None:
    guest = fill_cart(Api(world.store), make_product(world.store), quantity=2)
    placed = guest.post("orders", order_body(world.store)).json()
    pay(world.store, placed)
    with seeing_all(world.store):
        order = Order.objects.get(pk=placed["id"])
        lines = {order.lines.get().pk: 1}
        fulfilment.ship_order(order=order, actor=Actor.system("test"), lines=lines)
    press(world, order, "rest", reason="no more there")


@BUTTONS.of("store orders_order_cancel")
def _(world: World) -> None:
    press(world, paid_order(world), "cancel", reason="asked for")


def paid_with(world: World, difference_minor: int) -> Order:
    """An order for which more or less came than was asked for."""
    placed = place_order(world.store)
    with seeing_all(world.store):
        payment = Payment.objects.get(order_id=placed["id"])
        pay_amount(payment, payment.amount_minor + difference_minor)
        return Order.objects.get(pk=placed["id"])


@BUTTONS.of("store orders_order_ask")
def _(world: World) -> None:
    press(world, paid_with(world, -100), "ask", gateway="test")


@BUTTONS.of("store orders_order_write_off")
def _(world: World) -> None:
    press(world, paid_with(world, -100), "write_off", reason="a bank's fee")


@BUTTONS.of("store orders_order_excess")
def _(world: World) -> None:
    press(world, paid_with(world, 100), "excess", reason="too much")


def cash_order_to_confirm(world: World) -> Order:
    with seeing_all(world.store):
        CashSettings.objects.update_or_create(key="store", defaults={"confirmation": "call"})
    return place_by(world, "cash_on_delivery")


def place_by(world: World, method: str) -> Order:
    placed = place_order(world.store, payment_method=method, phone="9845012345")
    with seeing_all(world.store):
        return Order.objects.get(pk=placed["id"])


@BUTTONS.of("store orders_order_confirm")
def _(world: World) -> None:
    press(world, cash_order_to_confirm(world), "confirm")


@API.of("store POST orders/<uuid:order_id>/confirmation")
def _(world: World) -> None:
    world.api("POST", f"orders/{cash_order_to_confirm(world).pk}/confirmation", {})


@BUTTONS.of("store orders_order_transfer")
def _(world: World) -> None:
    with seeing_all(world.store):
        PaymentMethod.objects.filter(gateway="bank_transfer").update(is_active=True)
        account = {"holder": "Chai", "iban": "DE89370400440532013000"}
        BankAccount.objects.update_or_create(key="store", defaults=account)
    order = place_by(world, "bank_transfer")
    with seeing_all(world.store):
        payment = Payment.objects.get(order=order)
    press(world, order, "transfer", payment=str(payment.pk), amount="1.00")


@BUTTONS.of("store orders_order_refund")
def _(world: World) -> None:
    order = paid_order(world)
    with seeing_all(world.store):
        payment = Payment.objects.get(order=order)
    press(world, order, "refund", payment=str(payment.pk), amount="1.00", reason="spilt")


def draft_of(world: World) -> DraftOrder:
    product = make_product(world.store)
    line = checkout.DraftLineInput(product.variants[0].id, 1)
    data = checkout.DraftInput(
        email="asha@example.com",
        shipping_address=ADDRESSES[world.store.country],
        shipping_method="standard",
        lines=[line],
    )
    with seeing_all(world.store):
        return checkout.save_draft(data=data, actor=Actor.system("test"))


def press_draft(world: World, verb: str, **values: Any) -> None:
    draft = draft_of(world)
    path = f"/admin/checkout/draftorder/{draft.pk}/{verb}/"
    world.post(path, version=str(draft.version), **values)


@BUTTONS.of("store checkout_draftorder_create")
def _(world: World) -> None:
    world.post("/admin/checkout/draftorder/create/", email="a@example.com", country="IN")


@BUTTONS.of("store checkout_draftorder_save")
def _(world: World) -> None:
    press_draft(world, "save", email="b@example.com", country="IN")


@BUTTONS.of("store checkout_draftorder_send")
def _(world: World) -> None:
    press_draft(world, "send", days="7")


@BUTTONS.of("store checkout_draftorder_order")
def _(world: World) -> None:
    press_draft(world, "order", payment_method="test")


@BUTTONS.of("store checkout_draftorder_discard")
def _(world: World) -> None:
    press_draft(world, "discard")


@BUTTONS.of("store orders_order_decide")
def _(world: World) -> None:
    order = paid_with(world, 100)
    with seeing_all(world.store):
        payment = Payment.objects.get(order=order)
    world.post(f"/admin/orders/order/decisions/payments.overpaid/{payment.pk}/")


@BUTTONS.of("store orders_order_note")
def _(world: World) -> None:
    press(world, paid_order(world), "note", text="Rang twice.")


@BUTTONS.of("store orders_order_hold")
def _(world: World) -> None:
    press(world, paid_order(world), "hold", reason="Ring the customer.")


@BUTTONS.of("store orders_order_release")
def _(world: World) -> None:
    order = paid_order(world)
    press(world, order, "hold", reason="Ring the customer.")
    press(world, order, "release")


@BUTTONS.of("store orders_order_tags")
def _(world: World) -> None:
    press(world, paid_order(world), "tags", tags="Gift, urgent")


@BUTTONS.of("store orders_order_message")
def _(world: World) -> None:
    press(world, paid_order(world), "message", text="We pack it today.", mail="on")


@ACTIONS.of("store orders.order ship_selected")
def _(world: World) -> None:
    world.act(paid_order(world), "ship_selected")


@API.of("store PATCH orders/<uuid:order_id>/status")
def _(world: World) -> None:
    world.api("PATCH", f"orders/{paid_order(world).pk}/status", {"status": "shipped"})


@API.of("store POST orders/<uuid:order_id>/documents")
def _(world: World) -> None:
    world.api("POST", f"orders/{paid_order(world).pk}/documents")


@API.of("store POST orders/<uuid:order_id>/returns")
def _(world: World) -> None:
    world.api("POST", f"orders/{shipped(world).order_id}/returns", {"reason": "too small"})


@API.of("store PATCH orders/<uuid:order_id>/shipments/<uuid:shipment_id>")
def _(world: World) -> None:
    shipment = shipped(world)
    path = f"orders/{shipment.order_id}/shipments/{shipment.pk}"
    world.api("PATCH", path, {"carrier": "Other"})
