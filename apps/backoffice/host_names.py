"""What happened to hosts of stores, in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final = {
    "store.host_added": _("Host of a store added"),
    "store.host_claimed": _("Host claimed for a store"),
    "store.host_expired": _("Claim on a host expired"),
    "store.host_found": _("Record of a host found again"),
    "store.host_lost": _("Record of a host lost"),
    "store.host_made_primary": _("Host of a store made primary"),
    "store.host_released": _("Host of a store released to another one"),
    "store.host_removed": _("Host of a store removed"),
    "store.host_verified": _("Host of a store verified"),
}
TOPICS: Final = {
    "host.changed": _("A host of a store needs attention"),
}
TASKS: Final = {
    "accounts.write_host_mail": _("Mail the owners about a host"),
}
