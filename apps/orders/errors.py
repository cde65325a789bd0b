"""Errors of orders."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound, TransitionNotAllowed


class OrderNotFound(NotFound):
    """There is no such order, or it is not yours: the answer is the same."""

    code = "order_not_found"
    title = _("There is no such order.")


class OrderCancelled(TransitionNotAllowed):
    """The order is cancelled; its goods can't move any more."""

    code = "order_cancelled"
    title = _("This order is cancelled.")


class OrderNotCancellable(TransitionNotAllowed):
    """Goods were shipped: they need a return, and the remaining pieces can be cancelled as the rest."""

    code = "order_not_cancellable"
    title = _("This order has been shipped and can't be cancelled any more.")


class OrderNotShippable(TransitionNotAllowed):
    """The order is neither paid nor payable on delivery."""

    code = "order_not_shippable"
    title = _("This order is not paid yet and can't be shipped.")


class OrderOnHold(TransitionNotAllowed):
    """Staff keep the order from being shipped."""

    code = "order_on_hold"
    title = _("This order is on hold and can't be shipped.")


class NothingToHold(TransitionNotAllowed):
    """Everything of the order has left."""

    code = "nothing_to_hold"
    title = _("Everything of this order has been sent.")


class OrderNotConfirmed(TransitionNotAllowed):
    """An order that is paid on delivery waits for its confirmation."""

    code = "order_not_confirmed"
    title = _("This order is not confirmed yet and can't be shipped.")


class LineNotShippable(InvalidInput):
    """A shipment names a line the order does not have, or more pieces than are still to be sent."""

    code = "line_not_shippable"
    title = _("The shipment does not fit the order.")


class NotAllArrived(TransitionNotAllowed):
    """Something of the order is still to be sent, or all of it came back."""

    code = "not_all_arrived"
    title = _("Not everything of this order has arrived.")


class LineNotReturnable(InvalidInput):
    """A return names a line the order does not have, or more pieces than were sent and not returned yet."""

    code = "line_not_returnable"
    title = _("The return does not fit what was sent.")


class NothingLeftToCancel(TransitionNotAllowed):
    """Everything of the order has been sent, or nothing yet: then the whole order is cancelled."""

    code = "nothing_left_to_cancel"
    title = _("There is no rest of this order to cancel.")


class OrderChanged(Conflict):
    """Something happened to the order since it was read."""

    code = "order_changed"
    title = _("This order was changed in the meantime. Please look at it again.")


class OrderNotChangeable(TransitionNotAllowed):
    """Its goods have left, or its money is in a state in which nothing can be added or taken away."""

    code = "order_not_changeable"
    title = _("This order can't be changed any more.")


class NothingLeftOfOrder(TransitionNotAllowed):
    """The change would leave no goods, or nothing that was sold."""

    code = "nothing_left_of_order"
    title = _("Nothing of the order would be left. Cancel the order instead.")


class LineNotChangeable(InvalidInput):
    """A change names a line that the order does not have, or more pieces than are still to be sent."""

    code = "line_not_changeable"
    title = _("The change does not fit the order.")


class NothingDue(Conflict):
    """No cash, or less cash, is due for this order."""

    code = "nothing_due"
    title = _("So much is not due for this order.")


class RefundTooLarge(Conflict):
    """The refund would exceed the paid amount."""

    code = "refund_too_large"
    title = _("That is more than was paid.")
