"""Errors of calls to EasyEcom. `SystemUnavailable` and what derives from it: later. `SystemRefused`: not by itself."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict
from apps.integrations.errors import SystemRefused, SystemUnavailable


class RateReached(SystemUnavailable):
    """As many calls were made as the account may. `again_in` is when the next one may be."""

    code = "easyecom_rate_reached"
    title = _("EasyEcom takes no more calls of this account for now.")

    def __init__(self, again_in: timedelta) -> None:
        super().__init__()
        self.again_in = again_in


class LoginRefused(SystemUnavailable):
    """A matter of the owner: what was tried can succeed with other credentials."""

    code = "easyecom_login_refused"
    title = _("EasyEcom refuses the login. Check the credentials of the integration.")


class Refused(SystemRefused):
    """EasyEcom answered and did not do it; the sentence says what it said."""

    code = "easyecom_refused"
    title = _("EasyEcom refused this.")


class NotThere(Refused):
    """EasyEcom has no such order."""

    code = "easyecom_not_there"
    title = _("EasyEcom has no such order.")


class AlreadyThere(Refused):
    """EasyEcom has an order with this number."""

    code = "easyecom_already_there"
    title = _("EasyEcom has this order already.")


class NothingToPush(Conflict):
    """The order is not one that EasyEcom gets, or it is there."""

    code = "nothing_to_push"
    title = _("There is nothing to send to EasyEcom.")
