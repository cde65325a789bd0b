"""What can go wrong after the sale."""

from apps.common.errors import Conflict, InvalidInput, NotFound


class ShipmentNotFound(NotFound):
    code = "shipment_not_found"
    title = "There is no such shipment."


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    title = "Everything in this order has been shipped."


class ShipsTooMuch(InvalidInput):
    """More than is left of a line. `details["lines"]` has line id, asked and left."""

    code = "ships_too_much"
    title = "This is more than is left to ship."


class NotPaid(Conflict):
    code = "order_not_paid"
    title = "This order is not paid yet, so it can't be shipped."


class OrderCancelled(Conflict):
    code = "order_cancelled"
    title = "This order is cancelled."


class AlreadyShipped(Conflict):
    code = "already_shipped"
    title = "Something of this order has been shipped, so it can't be cancelled."
