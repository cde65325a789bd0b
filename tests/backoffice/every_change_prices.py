"""How each door of customer groups, price lists and sales is used once, by the owner of a store."""

from datetime import timedelta
from decimal import Decimal

from apps.common.clock import now
from apps.prices import services as prices
from apps.prices.models import CustomerGroup, PriceList, PriceSettings, Sale
from apps.prices.services import ListPriceInput
from tests.backoffice.every_change import Cases, World
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()

_YESTERDAY = {"starts_at_0": "2026-01-01", "starts_at_1": "10:00"}


def _group(world: World) -> CustomerGroup:
    with seeing_all(world.store):
        return CustomerGroup.objects.create(name="Trade")


def _list(world: World) -> PriceList:
    with seeing_all(world.store):
        row = PriceList(name="Trade prices", currency="INR")
        prices_of = [ListPriceInput(min_quantity=5, percent=Decimal(10))]
        return prices.save_price_list(price_list=row, prices=prices_of)


def _sale(world: World) -> Sale:
    with seeing_all(world.store):
        row = Sale(name="Monsoon", currency="INR", percent=10, starts_at=now() - timedelta(days=1))
        return prices.save_sale(sale=row)


@FORMS.of("store prices.customergroup add")
def _(world: World) -> None:
    world.add(CustomerGroup, name="Trade")


@FORMS.of("store prices.customergroup change")
def _(world: World) -> None:
    world.change(_group(world), name="Renamed")


@FORMS.of("store prices.customergroup delete")
def _(world: World) -> None:
    world.delete(_group(world))


@FORMS.of("store prices.pricelist add")
def _(world: World) -> None:
    world.add(PriceList, name="Trade", currency="INR", priority="1", prices="*; 5; 10 %")


@FORMS.of("store prices.pricelist change")
def _(world: World) -> None:
    world.change(_list(world), name="Renamed")


@FORMS.of("store prices.pricelist delete")
def _(world: World) -> None:
    world.delete(_list(world))


@FORMS.of("store prices.sale add")
def _(world: World) -> None:
    world.add(Sale, name="Monsoon", currency="INR", percent="5", **_YESTERDAY)


@FORMS.of("store prices.sale change")
def _(world: World) -> None:
    world.change(_sale(world), name="Renamed")


@FORMS.of("store prices.sale delete")
def _(world: World) -> None:
    world.delete(_sale(world))


@FORMS.of("store prices.pricesettings change")
def _(world: World) -> None:
    with seeing_all(world.store):
        row = PriceSettings.objects.get_or_create(key="store")[0]
    world.change(row, prior_price="always")


@ACTIONS.of("store prices.customergroup delete_selected")
def _(world: World) -> None:
    world.act(_group(world), "delete_selected", post="yes")


@ACTIONS.of("store prices.pricelist delete_selected")
def _(world: World) -> None:
    world.act(_list(world), "delete_selected", post="yes")


@ACTIONS.of("store prices.sale delete_selected")
def _(world: World) -> None:
    world.act(_sale(world), "delete_selected", post="yes")
