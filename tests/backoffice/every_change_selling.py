"""How each door to ways to pay, prices, taxes, invoices and gift cards of a store is used once, by its owner."""

from apps.carts.models import CartSettings
from apps.common.clock import moved_to, now
from apps.giftcards.models import GiftCard
from apps.giftcards.selectors import list_sold
from apps.giftcards.services.selling import RESEND_AFTER
from apps.invoices import services as invoices
from apps.invoices.models import EInvoice, InvoiceSettings
from apps.invoices.states import EInvoiceState
from apps.notifications.models import MailSettings
from apps.payments.models import BankAccount, CashSettings, PaymentMethod, PaymentSettings
from apps.pricing.models import ExemptionCertificate, ShippingMethod, TaxRate, TaxSettings
from apps.shipping.models import DispatchTimes, PickupPlace, Profile, Zone
from apps.tenancy.context import use_store
from tests.api.shop import (
    make_user,
)
from tests.backoffice.every_change import Cases, World
from tests.backoffice.every_change_orders import paid_order
from tests.giftcards.vouchers import buy, make_voucher
from tests.support.acting import SYSTEM, seeing_all
from tests.support.irp_server import IrpServer

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


@FORMS.of("store payments.paymentmethod change")
def _(world: World) -> None:
    world.change(world.first(PaymentMethod), label="Renamed")


@FORMS.of("store payments.cashsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        row = CashSettings.objects.get_or_create(key="store")[0]
    world.change(row, fee_minor="49.00")


@FORMS.of("store payments.bankaccount change")
def _(world: World) -> None:
    with use_store(world.store):
        row = BankAccount.objects.get_or_create(key="store")[0]
    world.change(row, holder="Chai and Co", iban="DE89370400440532013000")


@FORMS.of("store invoices.invoicesettings change")
def _(world: World) -> None:
    with use_store(world.store):
        row = InvoiceSettings.objects.get_or_create(key="store")[0]
    world.change(row, invoice_prefix="cc/{year}/")


@BUTTONS.of("store invoices_invoicesettings_portal")
def _(world: World) -> None:
    keys = IrpServer(url="https://1.1.1.1").keys
    world.post("/admin/invoices/invoicesettings/portal/", **keys)


def einvoice(world: World, state: EInvoiceState) -> str:
    """The address of an invoice's page, whose e-invoice is in that state."""
    order = paid_order(world)
    with seeing_all(world.store):
        document = invoices.issue_invoice(order=order)
        EInvoice.objects.create(document=document, state=state, due_at=None)
    return f"/admin/invoices/document/{document.pk}/registration/"


@BUTTONS.of("store invoices_document_registration_try")
def _(world: World) -> None:
    world.post(f"{einvoice(world, EInvoiceState.REFUSED)}try/")


@BUTTONS.of("store invoices_document_registration_cancel")
def _(world: World) -> None:
    world.post(f"{einvoice(world, EInvoiceState.REFUSED)}cancel/", reason="2", remark="Typo")


@BUTTONS.of("store invoices_document_registration_leave")
def _(world: World) -> None:
    world.post(f"{einvoice(world, EInvoiceState.REFUSED)}leave/")


@BUTTONS.of("store invoices_document_registration_again")
def _(world: World) -> None:
    world.post(f"{einvoice(world, EInvoiceState.CANCELLED)}again/")


@BUTTONS.of("store payments_paymentmethod_keys")
def _(world: World) -> None:
    method = world.first(PaymentMethod, gateway="stripe")
    keys = {
        "secret_key": "sk_test_aaaaaaaaaaaa",
        "publishable_key": "pk_test_aaaaaaaaaaaa",
        "webhook_secret": "whsec_aaaaaaaaaaaa",
    }
    world.post(f"/admin/payments/paymentmethod/{method.pk}/keys/", **keys)


@FORMS.of("store payments.paymentsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        settings = PaymentSettings.objects.get_or_create(key="store")[0]
    world.change(settings, minutes_to_pay=45)


@FORMS.of("store carts.cartsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        settings = CartSettings.objects.get_or_create(key="store")[0]
    world.change(settings, merge_rule="ask")


@FORMS.of("store notifications.mailsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        settings = MailSettings.objects.get_or_create(key="store")[0]
    world.change(settings, asks_twice="always")


@FORMS.of("store pricing.shippingmethod add")
def _(world: World) -> None:
    world.add(ShippingMethod, name="Slow", code="slow", amount_minor="10")


@FORMS.of("store pricing.shippingmethod change")
def _(world: World) -> None:
    world.change(world.first(ShippingMethod), name="Renamed")


@FORMS.of("store pricing.shippingmethod delete")
def _(world: World) -> None:
    world.delete(world.first(ShippingMethod))


@FORMS.of("store shipping.zone add")
def _(world: World) -> None:
    world.add(Zone, name="South", code="south", regions="IN Kerala")


def zone(world: World) -> Zone:
    with use_store(world.store):
        return Zone.objects.create(code="north", name="North", countries=["IN"])


@FORMS.of("store shipping.zone change")
def _(world: World) -> None:
    world.change(zone(world), name="Renamed")


@FORMS.of("store shipping.zone delete")
def _(world: World) -> None:
    world.delete(zone(world))


@FORMS.of("store shipping.profile add")
def _(world: World) -> None:
    world.add(Profile, name="Heavy", code="heavy")


def profile(world: World) -> Profile:
    with use_store(world.store):
        return Profile.objects.create(code="fragile", name="Fragile")


@FORMS.of("store shipping.profile change")
def _(world: World) -> None:
    world.change(profile(world), name="Renamed")


@FORMS.of("store shipping.profile delete")
def _(world: World) -> None:
    world.delete(profile(world))


@FORMS.of("store shipping.pickupplace add")
def _(world: World) -> None:
    world.add(PickupPlace, name="Shop", code="shop", line1="1 High Street", city="Bengaluru")


def place(world: World) -> PickupPlace:
    with use_store(world.store):
        return PickupPlace.objects.create(code="counter", name="Counter", line1="2 High Street")


@FORMS.of("store shipping.pickupplace change")
def _(world: World) -> None:
    world.change(place(world), name="Renamed")


@FORMS.of("store shipping.pickupplace delete")
def _(world: World) -> None:
    world.delete(place(world))


@FORMS.of("store shipping.dispatchtimes add")
def _(world: World) -> None:
    world.add(DispatchTimes, cut_off="14:00", holidays="2026-12-25 Christmas Day")


def times(world: World) -> DispatchTimes:
    with use_store(world.store):
        return DispatchTimes.objects.create(working_days=[0, 1], delivery_days=[0, 1, 2])


@FORMS.of("store shipping.dispatchtimes change")
def _(world: World) -> None:
    world.change(times(world), handling_days="2")


@FORMS.of("store shipping.dispatchtimes delete")
def _(world: World) -> None:
    world.delete(times(world))


@ACTIONS.of("store shipping.zone delete_selected")
def _(world: World) -> None:
    world.act(zone(world), "delete_selected", post="yes")


@ACTIONS.of("store shipping.profile delete_selected")
def _(world: World) -> None:
    world.act(profile(world), "delete_selected", post="yes")


@ACTIONS.of("store shipping.pickupplace delete_selected")
def _(world: World) -> None:
    world.act(place(world), "delete_selected", post="yes")


@ACTIONS.of("store shipping.dispatchtimes delete_selected")
def _(world: World) -> None:
    world.act(times(world), "delete_selected", post="yes")


@FORMS.of("store pricing.taxrate add")
def _(world: World) -> None:
    world.add(TaxRate, name="GST", country="NZ", percent="15")


@FORMS.of("store pricing.taxrate change")
def _(world: World) -> None:
    world.change(world.first(TaxRate), name="Renamed")


@FORMS.of("store pricing.taxrate delete")
def _(world: World) -> None:
    world.delete(world.first(TaxRate))


@BUTTONS.of("store giftcards_giftcard_issue")
def _(world: World) -> None:
    page = world.client.post("/admin/giftcards/giftcard/issue/", {"amount": "500", "count": "1"})
    assert page.status_code == 200
    with seeing_all(world.store):
        card = GiftCard.objects.get()
    url = f"/admin/giftcards/giftcard/{card.pk}/change/"
    for button in ("disable", "enable"):
        world.post(url, **{button: "1"})
    assert world.client.post(url, {"replace": "1"}).status_code == 200
    world.post(url, adjust="1", amount="-20", reason="Mistake")


@BUTTONS.of("store giftcards_storecredit_give")
def _(world: World) -> None:
    email = make_user(world.store).email
    world.post("/admin/giftcards/storecredit/give/", email=email, amount="20", reason="Sorry")


@BUTTONS.of("store pricing_taxrate_eu")
def _(world: World) -> None:
    world.post("/admin/pricing/taxrate/eu/")


@FORMS.of("store pricing.exemptioncertificate add")
def _(world: World) -> None:
    world.add(ExemptionCertificate, email=make_user(world.store).email, number="EX-1")


def certificate(world: World) -> ExemptionCertificate:
    customer = make_user(world.store)
    with seeing_all(world.store):
        return ExemptionCertificate.objects.create(customer=customer, number="EX-2")


@FORMS.of("store pricing.exemptioncertificate change")
def _(world: World) -> None:
    world.change(certificate(world), number="EX-3")


@FORMS.of("store pricing.exemptioncertificate delete")
def _(world: World) -> None:
    world.delete(certificate(world))


@ACTIONS.of("store pricing.exemptioncertificate delete_selected")
def _(world: World) -> None:
    world.act(certificate(world), "delete_selected", post="yes")


@FORMS.of("store pricing.taxsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        settings = TaxSettings.objects.get_or_create(key="store")[0]
        TaxSettings.objects.update(
            prices_include_tax=not settings.prices_include_tax, origin_region="KA"
        )
    world.change(settings, **{"prices_include_tax": "on" if settings.prices_include_tax else None})


@ACTIONS.of("store pricing.shippingmethod delete_selected")
def _(world: World) -> None:
    world.act(world.first(ShippingMethod), "delete_selected", post="yes")


@ACTIONS.of("store pricing.taxrate delete_selected")
def _(world: World) -> None:
    world.act(world.first(TaxRate), "delete_selected", post="yes")


@API.of("store POST orders/<uuid:order_id>/gift-cards/<uuid:card_id>/mail")
def _(world: World) -> None:
    with use_store(world.store, actor=SYSTEM):
        order = buy(make_voucher())
        (card,) = list_sold(order)
    with moved_to(now() + RESEND_AFTER * 2):
        world.api("POST", f"orders/{order.pk}/gift-cards/{card.pk}/mail")
