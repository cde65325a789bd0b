"""How each door of discounts is used once, by the owner of a store."""

from apps.discounts.models import Allowance, Discount
from tests.backoffice.every_change import Cases, World
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


def _discount(world: World) -> Discount:
    with seeing_all(world.store):
        row = Discount.objects.create(name="Spring", currency="INR", percent=10)
        Allowance.objects.create(discount=row)
        return row


@FORMS.of("store discounts.discount add")
def _(world: World) -> None:
    world.add(
        Discount, name="Spring", trigger="code", code="NEW", kind="percent", percent="5", sequence=1,
        audience="everyone", countries_scope="everywhere",
    )  # fmt: skip


@FORMS.of("store discounts.discount change")
def _(world: World) -> None:
    world.change(_discount(world), name="Renamed")


@FORMS.of("store discounts.discount delete")
def _(world: World) -> None:
    world.delete(_discount(world))


@ACTIONS.of("store discounts.discount delete_selected")
def _(world: World) -> None:
    world.act(_discount(world), "delete_selected", post="yes")


@BUTTONS.of("store discounts_discount_batch")
def _(world: World) -> None:
    world.post(
        f"/admin/discounts/discount/{_discount(world).pk}/batch/", count="3", beginning="TEA"
    )
