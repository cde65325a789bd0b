"""What happened in visits of support, in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final = {
    "store.support_access_changed": _("What support may do in a store changed"),
    "store.visit_asked": _("Link into a store's admin made"),
    "store.visit_begun": _("Visit in a store's admin begun"),
    "store.visit_ended": _("Visit in a store's admin ended"),
}
