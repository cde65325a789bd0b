"""Errors of return requests and exchanges."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound, Unprocessable


class ReturnNotFound(NotFound):
    code = "return_not_found"
    title = _("There is no such return.")


class InvalidRequest(InvalidInput):
    """What is asked to come back does not fit the order or the store's rules; `fields` names it."""

    code = "invalid_return_request"
    title = _("Some of the return's details are not valid.")


class NotReturnable(Unprocessable):
    code = "not_returnable"
    title = _("Nothing of this order can be sent back now.")


class ReturnIsOver(Conflict):
    """The request is in a state in which this is not possible any more, or not yet."""

    code = "return_is_over"
    title = _("This is not possible in the return's present state.")


class ExchangeUnavailable(Unprocessable):
    code = "exchange_unavailable"
    title = _("This exchange is not possible.")
