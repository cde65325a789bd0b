"""Errors of fulfilment. Refusals of the order itself (`OrderNotShippable`, ...) are in `apps.orders.errors`."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound, TransitionNotAllowed


class ShipmentNotFound(NotFound):
    code = "shipment_not_found"
    title = _("There is no such shipment.")


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    title = _("Everything in this order has been shipped.")


class InvalidReturn(InvalidInput):
    """The pieces or the amount of a return are not valid; `fields` names them."""

    code = "invalid_return"
    title = _("Some of the return's details are not valid.")


class DeliveryIsFinal(TransitionNotAllowed):
    """The parcel was not marked as delivered, or pieces of it were returned since."""

    code = "delivery_is_final"
    title = _("This delivery can't be undone.")


class NotOnItsWayBack(TransitionNotAllowed):
    code = "not_on_its_way_back"
    title = _("This parcel is not on its way back.")


class WhichParcel(InvalidInput):
    """Several parcels of the order fit."""

    code = "which_parcel"
    title = _("Say which parcel: several fit.")
