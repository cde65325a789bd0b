"""Logins to a store's admin, made and given again by operators: without a password, which is chosen by a link."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common.errors import InvalidInput
from apps.common.web import normalize_email

STAFF_ROLES = tuple(role.value for role in Role if role != Role.CUSTOMER)


@dataclass(frozen=True)
class StaffLogin:
    user: User
    is_new: bool


def give_staff_login(*, email: str, role: str = "") -> StaffLogin:
    """The person of the active store with that address, able to log in to its admin: made where there is none, activated
    where that was taken away, with another role where one is given. A customer's password ends on the way (`set_role`).

    Raises `InvalidInput` for a new person, or a customer, without a role.
    """
    if role and role not in STAFF_ROLES:
        raise InvalidInput(
            gettext("%(role)s is no role of staff. Roles: %(value)s.")
            % {"role": f"{role!r}", "value": ", ".join(STAFF_ROLES)}
        )
    user = User.objects.filter(email=normalize_email(email)).first()
    if (user is None or not user.is_staff) and not role:
        raise InvalidInput(
            gettext("%(email)s has no login to this admin yet. Add --role: %(value)s.")
            % {"email": email, "value": ", ".join(STAFF_ROLES)}
        )
    if user is None:
        made = services.create_user(email=email, password=None, role=Role(role))
        return StaffLogin(made, is_new=True)
    if not user.is_active:
        services.set_active(user=user, is_active=True)
    if role and (role != user.role or not user.is_staff):
        services.set_role(user=user, role=Role(role))
    return StaffLogin(user, is_new=False)
