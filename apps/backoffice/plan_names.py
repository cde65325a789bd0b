"""What was done to plans and their limits, in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final = {
    "plan.changed": _("Plan changed"),
    "plan.created": _("Plan added"),
    "plan.deleted": _("Plan deleted"),
    "plan_price.changed": _("Price of a plan changed"),
    "plan_price.created": _("Price of a plan added"),
    "plan_price.deleted": _("Price of a plan deleted"),
    "store.limit_grant_ended": _("Exception from a limit ended"),
    "store.limit_granted": _("Exception from a limit granted"),
}
