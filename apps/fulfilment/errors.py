"""What can go wrong after the sale. What an order itself refuses (`OrderNotShippable`, ...) is in `apps.orders.errors`."""

from apps.common.errors import Conflict, NotFound


class ShipmentNotFound(NotFound):
    code = "shipment_not_found"
    title = "There is no such shipment."


class NothingToShip(Conflict):
    code = "nothing_to_ship"
    title = "Everything in this order has been shipped."
