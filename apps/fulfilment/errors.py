"""Errors of fulfilment. Refusals of the order itself (`OrderNotShippable`, ...) are in `apps.orders.errors`."""

from typing import Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound, TransitionNotAllowed
from apps.fulfilment.states import ShipmentState


class ShipmentNotFound(NotFound):
    code = "shipment_not_found"
    title = _("There is no such shipment.")


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    title = _("Everything in this order has been shipped.")


class WaitsForCollector(Conflict):
    """It is given to a person who shows the code or the name, or for a reason that staff write down."""

    code = "waits_for_collector"
    title = _(
        "This parcel is collected: type the code, the name on the order, or the reason why it was given without them."
    )


class OrdersWaitThere(InvalidInput):
    """A pickup place can't be changed in that way while orders wait there; `fields` says why."""

    code = "orders_wait_there"
    title = _("Orders wait at this pickup place.")


class NotTogether(Conflict):
    """The orders don't leave in one parcel."""

    code = "not_together"
    title = _("These orders can't be sent in one parcel.")


class NotToConfirm(Conflict):
    """The order is confirmed or cancelled, or needs no confirmation by a code."""

    code = "not_to_confirm"
    title = _("There is nothing to confirm.")


class WrongCode(InvalidInput):
    """`details["left"]` is how often another code can be tried before a new one is needed."""

    code = "wrong_code"
    title = _("This is not the code.")


class CodeIsOver(InvalidInput):
    """Its time is over, or it was tried too often: a new one is needed."""

    code = "code_is_over"
    title = _("This code is not valid any more. Ask for a new one.")


class TooManyCodes(Conflict):
    """`details["retry_after"]` is in seconds; without it no more codes are sent for the order."""

    code = "too_many_confirmation_codes"
    title = _("No other code can be sent now.")


class InvalidReturn(InvalidInput):
    """The pieces or the amount of a return are not valid; `fields` names them."""

    code = "invalid_return"
    title = _("Some of the return's details are not valid.")


class DeliveryIsFinal(TransitionNotAllowed):
    """The parcel was not marked as delivered, or pieces of it were returned since."""

    code = "delivery_is_final"
    title = _("This delivery can't be undone.")


class NotDelivered(TransitionNotAllowed):
    """A proof of delivery belongs to a delivered parcel."""

    code = "not_delivered"
    title = _("This parcel is not marked as delivered.")


class NotOnItsWayBack(TransitionNotAllowed):
    code = "not_on_its_way_back"
    title = _("This parcel is not on its way back.")


class ParcelMovedOn(TransitionNotAllowed):
    """The parcel is in another state than the press was for: the page is old, or another was faster."""

    code = "parcel_moved_on"
    title = _("This parcel is in another state by now.")

    @classmethod
    def of(cls, number: str, state: ShipmentState) -> Self:
        words = {"number": number, "state": state.label}
        return cls(gettext("Parcel %(number)s is in another state by now: %(state)s.") % words)


class WhichParcel(InvalidInput):
    """Several parcels of the order fit."""

    code = "which_parcel"
    title = _("Say which parcel: several fit.")
