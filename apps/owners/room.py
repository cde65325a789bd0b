"""Whether an account has room for one more store, in words, before its form is filled in. The opening has the last word."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.platform.models import Plan
from apps.platform.selectors.usage import list_full_plans
from apps.platform.services.limits import how_to_get_more


@dataclass(frozen=True)
class Room:
    """`full`: codes of the offered plans that allow no further store. `names`: the others."""

    full: frozenset[str]
    names: tuple[str, ...]

    def sentence(self, plan: str) -> str:
        """Why the account can't open another store with this plan, and what is possible; "" where it can."""
        if not self.names:
            words = gettext("Your account has as many stores as its plans allow.")
            return f"{words} {how_to_get_more()}"
        if plan not in self.full:
            return ""
        return gettext(
            "Your account has as many stores as its plan allows. Plans for one more store: %(plans)s."
        ) % {"plans": ", ".join(self.names)}


def find_room(owner: User) -> Room:
    offered = list(Plan.objects.filter(is_active=True))
    full = frozenset(plan.code for plan in list_full_plans(owner.pk, offered))
    return Room(full=full, names=tuple(plan.name for plan in offered if plan.code not in full))
