"""Price lists, sales and groups in the admin: lines of text, the page that explains a price, groups in the list of customers."""

from typing import Any

from django.test import Client

from apps.accounts.models import Role
from apps.prices.models import CustomerGroup, GroupMember, PriceList
from tests.api.shop import make_user
from tests.backoffice.every_change import World
from tests.backoffice.sessions import rename_session
from tests.catalog.making import make_product
from tests.support.acting import seeing_all

ADD = "/admin/prices/pricelist/add/"


def test_rows_of_a_list_come_back_as_they_were_typed_and_wrong_ones_are_named(
    world: World,
) -> None:
    """Thirty lines in yen and rupees: no row is lost, and no price is a hundred times as high."""
    with seeing_all(world.store):
        skus = [make_product(f"Cup {number}").variants[0].sku for number in range(15)]
    lines = [f"{sku}; {least}; {90 - least}.50" for sku in skus for least in (1, 10)]
    values: dict[str, Any] = {
        "name": "Trade",
        "currency": "INR",
        "priority": "1",
        "is_active": "on",
    }
    wrong = "\n".join([*lines, "NOPE; 1; 5.00"])
    assert (
        "Line 31 (NOPE; 1; 5.00)"
        in world.client.post(ADD, {**values, "prices": wrong}).content.decode()
    )
    twice = "\n".join([*lines, f"{skus[0].lower()}\t10\t7 %"])
    assert (
        "There is another price"
        in world.client.post(ADD, {**values, "prices": twice}).content.decode()
    )
    text = "\n".join([*lines, "*; 3; 12.5 %"])
    typed = text.replace("*; 3; 12.5 %", "*； ३； १２.५％")
    assert world.client.post(ADD, {**values, "prices": typed}).status_code == 302
    with seeing_all(world.store):
        row = PriceList.objects.get(name="Trade")
        amounts = set(row.prices.values_list("min_quantity", "amount_minor"))
    assert amounts == {(1, 8_950), (10, 8_050), (3, None)}
    page = world.client.get(f"/admin/prices/pricelist/{row.pk}/change/").content.decode()
    assert all(line in page for line in text.splitlines())
    yen = {**values, "currency": "JPY", "prices": f"{skus[0]}; 1; 1200\n{skus[1]}; 1; 12.50"}
    assert "Line 2" in world.client.post(ADD, yen).content.decode()


def test_staff_read_which_price_a_customer_pays_and_why(world: World) -> None:
    with seeing_all(world.store):
        make_product("Kettle")
    member, other = make_user(world.store), make_user(world.store)
    group_url = "/admin/prices/customergroup/add/"
    unknown = world.client.post(group_url, {"name": "Trade", "members": "x@example.com"})
    assert "No customer has the address x@example.com." in unknown.content.decode()
    assert (
        world.client.post(group_url, {"name": "Trade", "members": member.email}).status_code == 302
    )
    with seeing_all(world.store):
        group = CustomerGroup.objects.get(name="Trade")
    values = {"name": "Trade prices", "currency": "INR", "priority": "1", "is_active": "on"}
    rows = {"group": str(group.pk), "prices": "kettle; 1; 80.00", "joins_sales": "on"}
    assert world.client.post(ADD, {**values, **rows}).status_code == 302

    def why(email: str) -> str:
        query = {"sku": "kettle", "customer": email, "quantity": "1"}
        page = world.client.get("/admin/prices/pricelist/why/", query).content.decode()
        return " ".join(page.split())

    assert "₹80.00</strong>" in why(member.email)
    assert "It is for another group of customers." in why(other.email)
    assert "₹100.00</strong>" in why("")

    def seen_by(role: Role) -> Any:
        client, person = (
            Client(headers={"host": f"{world.store.slug}.localhost"}),
            make_user(world.store, role),
        )
        with seeing_all(world.store):
            client.force_login(person)
        rename_session(client, f"session_{world.store.slug}")
        query = {"sku": "kettle", "customer": member.email, "quantity": "1"}
        return client.get("/admin/prices/pricelist/why/", query)

    assert seen_by(Role.FULFILMENT).status_code == 403
    assert "₹80.00</strong>" in seen_by(Role.SUPPORT).content.decode()
    catalog = seen_by(Role.CATALOG).content.decode()
    assert "It is for another group of customers." in catalog
    assert "Groups of the customer" not in catalog
    assert 'name="customer"' not in catalog
    customers = "/admin/accounts/customer/"
    pressed = {"action": f"add_group_{group.pk}", "_selected_action": [str(other.pk)]}
    assert world.client.post(customers, pressed).status_code == 302
    listed = world.client.get(f"{customers}?price_group={group.pk}").content.decode()
    assert other.email in listed
    with seeing_all(world.store):
        assert GroupMember.objects.filter(group=group).count() == 2
