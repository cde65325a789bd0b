"""Errors of checkout."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound


class InvalidDetails(InvalidInput):
    """The buyer's details are incomplete or wrong; `fields` says where (`shipping_address.postal_code`)."""

    code = "invalid_checkout_details"
    title = _("Some of your details are missing or not valid.")


class ShippingUnavailable(InvalidInput):
    code = "shipping_unavailable"
    title = _("This shipping method is not available for this address.")


class StoreNotReady(Conflict):
    """The store has not said from which state it sells, and the tax depends on it: no order is placed."""

    code = "store_not_ready"
    title = _(
        "This shop can't take orders yet: its owner still has to say from which state it sells. "
        "Your cart is kept."
    )


class ItemsUnavailable(Conflict):
    """Something in the cart is no longer for sale. `details["items"]` lists SKU and title."""

    code = "items_unavailable"
    title = _("Something in the cart is no longer available.")


class PriceChanged(Conflict):
    """The total is no longer the one the buyer agreed to. `details["summary"]` has the new one, `details["lines"]` what costs
    something else than when it came into the cart."""

    code = "price_changed"
    title = _("The total has changed. Please look at it again.")


class PrepaidChanged(Conflict):
    """Gift cards and store credit pay another part than the buyer agreed to. `details["prepaid"]` has the new one."""

    code = "prepaid_changed"
    title = _(
        "Your gift cards or store credit pay another part than before. Please look at it again."
    )


class CheckoutInProgress(Conflict):
    """Another request is placing this very cart. `details["retry_after"]` is in seconds."""

    code = "checkout_in_progress"
    title = _("This cart is being ordered right now. Please try again in a moment.")


class CheckoutAbandoned(Conflict):
    """This request was stalled for so long that its cart was given back. Nothing was ordered."""

    code = "checkout_abandoned"
    title = _("This took too long and nothing was ordered. Please try again.")


class DraftGone(NotFound):
    """There is no such draft, or its link is over: the answer is the same."""

    code = "draft_gone"
    title = _("This offer is not there any more. Ask the shop for a new one.")


class DraftChanged(Conflict):
    """The draft was changed or ordered since it was read."""

    code = "draft_changed"
    title = _("This draft was changed in the meantime. Please look at it again.")
