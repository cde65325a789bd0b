"""Nothing grows for ever: every model is kept on purpose, or something deletes its rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.common.clock import now
from apps.common.ids import new_id, random_token
from apps.diagnostics.temporary import TEMPORARY
from apps.events.models import IdempotencyKey, OutboxMessage
from apps.notifications.models import SentMail
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.pictures.documents import KeptPicture
from apps.platform.models import WakeUp
from apps.platform.services import note_wake_up, wake_stores
from apps.platform.sweeps import list_sweeps, run_sweeps
from apps.search.models import MissedSearch
from apps.tenancy.context import outside_store, use_actor
from apps.tenancy.routers import Home, home_of
from tests.support.acting import SYSTEM

# What a store or the platform is: kept until the store is deleted.
KEPT = {
    "account.EmailAddress",
    "account.EmailConfirmation",  # its links are signed, so it has no rows
    "accounts.Address",
    "accounts.Customer",
    "accounts.CustomerNote",
    "accounts.User",
    "admin.LogEntry",
    "auth.Group",
    "auth.Permission",
    "carts.CartSettings",
    "notifications.MailSettings",
    "catalog.Category",
    "catalog.Product",
    "checkout.CartReminder",  # one for each mail, without a person
    "checkout.CheckoutFence",  # one for each order
    "checkout.DraftLine",
    "checkout.DraftOrder",  # staff delete them
    "clickpost.Booking",
    "clickpost.CarrierAccount",
    "clickpost.CarrierRequest",
    "clickpost.ClickPostSettings",
    "clickpost.FollowedParcel",
    "clickpost.StatusCode",
    "content.Page",
    "content.Theme",
    "contenttypes.ContentType",
    "discounts.Allowance",
    "discounts.BuyerUse",
    "discounts.CodeBatch",
    "discounts.Discount",
    "discounts.DiscountCode",
    "discounts.Redemption",
    "easyecom.Location",
    "easyecom.PushedOrder",  # as long as its order
    "easyecom.StatusMeaning",
    "easyecom.StockLevel",  # one per SKU and place
    "easyecom.SyncJob",  # one per job
    "easyecom.UnmatchedSku",  # until both sides have it
    "events.AuditEntry",
    "events.AuditSeal",
    "fulfilment.ConfirmationCode",
    "fulfilment.DeliverySettings",
    "fulfilment.ParcelReturn",
    "fulfilment.ParcelReturnLine",
    "fulfilment.Shipment",
    "fulfilment.ShipmentEvent",
    "fulfilment.ShipmentLine",
    "gateways.GatewayCustomer",
    "gateways.TestGatewayCharge",
    "giftcards.GiftCard",
    "giftcards.GiftCardEntry",
    "giftcards.StoreCredit",
    "giftcards.StoreCreditEntry",
    "inbox.InboxMessage",  # its body expires; the row keeps it from being handled twice
    "integrations.ClickPostDevOrder",
    "integrations.ClickPostOrder",
    "integrations.EasyEcomOrder",
    "integrations.Integration",
    "insight.AgreementChange",  # the history of what stores agreed to
    "insight.CohortMonth",
    "insight.ExchangeRate",
    "insight.PlatformDay",  # figures: some rows a day
    "insight.RevenueDay",
    "insight.SalesDay",
    "insight.StoreSpan",  # one per store and span of days
    "inventory.Bundle",
    "inventory.BundlePart",
    "inventory.Consignment",
    "inventory.ConsignmentLine",
    "inventory.Movement",
    "inventory.Reservation",
    "inventory.StockAlertSettings",
    "inventory.StockImport",
    "inventory.StockImportFault",
    "inventory.StockItem",
    "inventory.StockTake",
    "inventory.StockTakeLine",
    "inventory.Warehouse",
    "invoices.Document",
    "invoices.EInvoice",
    "invoices.InvoiceSettings",
    "invoices.PrintedFile",
    "invoices.Registration",
    "invoices.Series",
    "notifications.MailAddress",
    "notifications.MailConsent",
    "notifications.MailWording",
    "orders.Order",
    "orders.OrderEvent",
    "orders.OrderLine",
    "orders.OrderTag",
    "owners.StoreRequest",  # one for each store that its owner opened
    "partners.ApiKey",
    "partners.WebhookEndpoint",
    "payments.BankAccount",
    "payments.Capture",
    "payments.CashSettings",
    "payments.Dispute",
    "payments.Payment",
    "payments.PaymentAttempt",
    "payments.PaymentMethod",
    "payments.PaymentSettings",
    "payments.Refund",
    "payments.Transaction",
    "platform.Announcement",
    "platform.Domain",
    "platform.IntegrationConfig",
    "platform.LimitGrant",
    "platform.LimitNotice",
    "platform.Plan",
    "platform.PlanPrice",
    "platform.ProvisioningJob",
    "platform.SandboxJob",
    "platform.Store",
    "platform.StoreDeletion",
    "platform.StoreMove",
    "platform.StoreNote",
    "billing.BillingAccount",  # one per store
    "billing.BillingTransaction",
    "billing.Invoice",
    "billing.InvoiceSeries",
    "billing.Payer",
    "billing.Seller",
    "platform.StoreTemplate",
    "platform.StoreVisit",
    "platform.Subscription",
    "platform.SupportAccess",
    "platform.TemplateStep",
    "platform.WebhookSecret",
    "shipping.DispatchTimes",
    "shipping.PickupPlace",
    "shipping.Profile",
    "shipping.Zone",
    "prices.CustomerGroup",
    "prices.GroupMember",
    "prices.ListPrice",
    "prices.PriceChange",
    "prices.PriceList",
    "prices.PriceSettings",
    "prices.Repricing",
    "prices.Sale",
    "prices.SalePrice",
    "pricing.ExemptionCertificate",
    "pricing.ShippingMethod",
    "pricing.TaxRate",
    "pricing.TaxSettings",
    "remittances.Remittance",
    "remittances.RemittanceLine",
    "returns.Exchange",
    "returns.ExchangeLine",
    "returns.ReturnEvent",
    "returns.ReturnLine",
    "returns.ReturnPhoto",
    "returns.ReturnReason",
    "returns.ReturnReceipt",
    "returns.ReturnRequest",
    "returns.ReturnSettings",
    "search.BuiltCopy",  # one per backend
    "search.Entry",  # as long as its product
    "search.SearchDocument",  # as long as its product
    "search.SearchWord",  # as long as its product
    "search.Synonym",
    "search.Word",  # as long as its product
    "support.Attachment",  # until a buyer's data is erased
    "support.CannedAnswer",
    "support.InboundMail",  # its raw file expires
    "support.Message",
    "support.MessageText",  # until a buyer's data is erased
    "support.SupportSettings",
    "support.Ticket",
}
pytestmark = pytest.mark.usefixtures("in_store")


def test_every_model_is_kept_or_expires() -> None:
    ours = [
        model
        for model in apps.get_models()
        if home_of(model) is not Home.NONE and model._meta.app_label not in ("sample", "dev")
    ]
    labels = {model._meta.label for model in ours if "tests." not in model.__module__}
    assert labels - TEMPORARY.keys() - KEPT == set(), "say which of the two it is"
    assert labels >= TEMPORARY.keys() | KEPT
    assert not TEMPORARY.keys() & KEPT


def test_what_deletes_them_runs_by_itself() -> None:
    clock = {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    sweeps = {name.replace("apps.", "").replace(".sweeps", "") for name in list_sweeps()}
    assert {expiry.by for expiry in TEMPORARY.values()} <= clock | sweeps


def make_cart(**changes: Any) -> Callable[[timedelta], None]:
    def make(age: timedelta) -> None:
        cart = carts.get_or_create_cart()
        fields = {"expires_at": now() - age} if age else {}
        Cart.objects.filter(pk=cart.pk).update(**changes, **fields)

    return make


def make_picture(age: timedelta) -> None:
    KeptPicture.objects.create(
        token=random_token(), file="none.webp", width=1, height=1, kept_at=now() - age
    )


def make_key(age: timedelta) -> None:
    key = random_token()
    IdempotencyKey.objects.create(
        scope="s", key=key, fingerprint="f", holder=new_id(), created_at=now() - age
    )


def make_message(age: timedelta) -> None:
    OutboxMessage.objects.create(
        message_id=new_id(),
        topic="t",
        key="k",
        consumer="c",
        payload={},
        state="delivered",
        due_at=now(),
        delivered_at=now() - age,
    )


def make_mail(age: timedelta) -> None:
    SentMail.objects.create(
        message_ref=random_token(),
        to="a@shop.example",
        subject="s",
        state="sent",
        created_at=now() - age,
    )


def make_delivery(age: timedelta) -> None:
    endpoint = WebhookEndpoint.objects.create(url="https://partner.example/x", created_by="Asha")
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=random_token(),
        topic="order.paid",
        body="{}",
        state="delivered",
        created_at=now() - age,
    )


def make_missed_search(age: timedelta) -> None:
    MissedSearch.objects.create(key=random_token(), text="t", last_at=now() - age)


def make_session(age: timedelta) -> None:
    expires = now() - age if age else now() + timedelta(days=1)
    Session.objects.create(session_key=random_token(), session_data="", expire_date=expires)


def make_token(age: timedelta) -> None:
    expires = now() - age if age else now() + timedelta(days=1)
    token = OutstandingToken.objects.create(jti=random_token(), token="t", expires_at=expires)
    BlacklistedToken.objects.create(token=token)


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Cart, make_cart()),
        (Cart, make_cart(status=CartStatus.CLOSED)),
        (KeptPicture, make_picture),
        (IdempotencyKey, make_key),
        (OutboxMessage, make_message),
        (SentMail, make_mail),
        (WebhookDelivery, make_delivery),
        (MissedSearch, make_missed_search),
        (Session, make_session),
        (OutstandingToken, make_token),
        (BlacklistedToken, make_token),
    ],
)
def test_what_is_old_goes_and_what_is_new_stays(store: Any, model: Any, make: Any) -> None:
    with use_actor(SYSTEM):
        make(timedelta(days=181))
        make(timedelta(0))
        assert model.objects.count() == 2
        assert run_sweeps(store.active_store)
        assert model.objects.count() == 1
        make(timedelta(0))
        assert model.objects.count() == 2


def test_a_note_is_gone_when_its_work_is_done(store: Any) -> None:
    with outside_store():
        note_wake_up(store_id=store.pk, due_at=now() - timedelta(seconds=1))
        wake_stores()
        assert not WakeUp.objects.filter(due_at__lt=now()).exists()
