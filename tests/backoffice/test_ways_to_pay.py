"""The pages of cash on delivery and of the bank account, and the buttons of orders that wait for an answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.orders.models import Order
from apps.payments.models import BankAccount, CashSettings, Payment, PaymentMethod
from apps.tenancy.context import use_store
from tests.api.shop import make_user, place_order
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all

IBAN = "DE89370400440532013000"


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def log_in(role: Role) -> Client:
        client, person = client_for(store), make_user(store, role)
        with use_store(store):
            client.force_login(person)
        client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
        return client

    return log_in


def save(client: Client, model: str, **changes: str) -> Any:
    """Open the page by its menu entry, and send its form with changes."""
    opened = client.get(f"/admin/payments/{model}/", follow=True)
    sent = {**Fields(opened.content.decode()).sent, **changes}
    return client.post(opened.redirect_chain[-1][0], sent, follow=True)


def errors_of(page: Any) -> dict[str, Any]:
    return dict(page.context["adminform"].form.errors) if "adminform" in page.context else {}


def test_rules_of_cash_are_checked_by_field(store: Any, staff: Callable[[Role], Client]) -> None:
    client = staff(Role.MANAGER)
    refused = save(client, "cashsettings", minimum_minor="500", maximum_minor="100")
    assert set(errors_of(refused)) == {"maximum_minor"}
    refused = save(client, "cashsettings", postal_rule="only", postal_codes="56x")
    assert set(errors_of(refused)) == {"postal_codes"}
    assert set(errors_of(save(client, "cashsettings", postal_rule="only"))) == {"postal_codes"}
    for wrong in ("-1", "many", "9" * 30):
        assert set(errors_of(save(client, "cashsettings", fee_minor=wrong))) == {"fee_minor"}
    done = save(
        client, "cashsettings", postal_rule="only", postal_codes="560 001, 5601*", fee_minor="49"
    )
    assert errors_of(done) == {}
    with seeing_all(store):
        row = CashSettings.objects.get()
        assert (row.postal_codes, row.fee_minor) == (["560001", "5601*"], 4_900)


def test_the_bank_account_is_the_owners_and_its_digits_are_checked(
    store: Any, staff: Callable[[Role], Client]
) -> None:
    owner = staff(Role.OWNER)
    assert set(errors_of(save(owner, "bankaccount", iban=IBAN))) == {"holder"}
    wrong = save(owner, "bankaccount", holder="Chai", iban="DE88 3704 0044 0532 0130 00", bic="X")
    assert set(errors_of(wrong)) == {"iban", "bic"}
    wrong = save(
        owner,
        "bankaccount",
        holder="Chai",
        account_number="123456",
        branch_code="SBI",
        country="IN",
    )
    assert set(errors_of(wrong)) == {"branch_code"}
    assert (
        errors_of(save(owner, "bankaccount", holder="Chai", iban="de89 3704 0044 0532 0130 00"))
        == {}
    )
    with seeing_all(store):
        assert BankAccount.objects.get().iban == IBAN
    manager = staff(Role.MANAGER)
    page = manager.get("/admin/payments/bankaccount/", follow=True)
    assert 'name="iban"' not in page.content.decode()
    url = page.redirect_chain[-1][0]
    manager.post(url, {"holder": "Thief", "iban": "GB29NWBK60161331926819", "days_to_pay": "7"})
    with seeing_all(store):
        assert BankAccount.objects.get().holder == "Chai"


def press(client: Client, order_id: str, verb: str, **fields: str) -> str:
    url = f"/admin/orders/order/{order_id}/{verb}/"
    return str(client.post(url, fields, follow=True).content.decode())


def test_a_transfer_is_booked_by_a_button_and_only_for_its_own_order(
    store: Any, staff: Callable[[Role], Client], client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        PaymentMethod.objects.filter(gateway="bank_transfer").update(is_active=True)
        BankAccount.objects.update(holder="Chai", iban=IBAN)
    first = place_order(store, payment_method="bank_transfer")
    second = place_order(store, payment_method="bank_transfer")
    owner = staff(Role.OWNER)
    page = owner.get(f"/admin/orders/order/{first['id']}/change/").content.decode()
    assert "The transfer has come" in page
    for typed in ({"amount": "x"}, {"amount": "-5"}, {"amount": "5", "received_on": "soon"}):
        assert "aria-invalid" in press(
            owner, first["id"], "transfer", payment=first["payment_id"], **typed
        )
    owner.post(
        f"/admin/orders/order/{first['id']}/transfer/",
        {"payment": second["payment_id"], "amount": "5"},
    )
    with seeing_all(store):
        assert not Payment.objects.filter(captured_minor__gt=0).exists()
    support = press(
        staff(Role.SUPPORT), first["id"], "transfer", payment=first["payment_id"], amount="5"
    )
    assert "is booked" not in support
    said = press(owner, first["id"], "transfer", payment=first["payment_id"], amount="1.00")
    assert "is booked" in said
    assert "Less came" in said
    assert re.search(r"Received</span>\s*<span[^>]*>₹1\.00 of ₹", said)
    assert "One more transfer has come" in said
    for verb in ("refund", "write_off"):
        form = said.split(f"/{verb}/", 1)[1].split("</form>")[0]
        assert "The customer reads it." in form
    bought = browse_order(store, client_for(store), first["id"])
    assert IBAN[:4] in bought
    assert re.search(r"Received so far</dt><dd>₹1\.00<", bought)
    missing = re.search(r"Amount still missing</dt><dd>(₹[\d.,]+)<", bought)
    assert missing is not None
    rest = missing[1]
    step = re.search(r"Pay the rest</p><p[^>]*>([^<]*)<", bought)
    assert step is not None
    assert (step[1], "Held until" in bought) == (rest, False)
    said = press(owner, first["id"], "transfer", after=first["payment_id"], amount=rest.strip("₹"))
    assert "is booked" in said
    with seeing_all(store):
        assert Order.objects.get(pk=first["id"]).payment_state == "paid"


def browse_order(store: Any, buyer: Client, order_id: str) -> str:
    with seeing_all(store):
        token = Order.objects.get(pk=order_id).access_token
    return str(buyer.get(f"/orders/{token}/").content.decode())


def test_orders_to_confirm_are_listed_and_not_shipped(
    store: Any, staff: Callable[[Role], Client]
) -> None:
    with seeing_all(store):
        CashSettings.objects.update(confirmation="call")
    order = place_order(store, payment_method="cash_on_delivery", phone="9845012345")
    owner = staff(Role.OWNER)
    listed = owner.get("/admin/orders/order/?confirmation=awaited").content.decode()
    assert order["number"] in listed
    page = owner.get(f"/admin/orders/order/{order['id']}/change/").content.decode()
    assert f"/{order['id']}/ship/" not in page
    assert "not confirmed yet" in press(owner, order["id"], "ship")
    assert "Confirmed. It can be shipped." in press(owner, order["id"], "confirm")
    assert (
        order["number"]
        not in owner.get("/admin/orders/order/?confirmation=awaited").content.decode()
    )
    with seeing_all(store):
        assert not Order.objects.get().awaits_confirmation
