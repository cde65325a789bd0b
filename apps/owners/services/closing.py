"""The end of an account."""

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.selectors import actor_of
from apps.common.errors import Conflict, InvalidInput
from apps.owners.selectors import list_own_stores
from apps.platform.auditing import note
from apps.platform.states import StoreStatus
from apps.tenancy.transactions import atomic_on_platform


def close_account(*, owner: User, password: str) -> None:
    """End the account: its password and every session stop working, and an account without any store forgets its e-mail
    address. An account with archived stores keeps it, so that the stores have an owner to write to.

    Raises `InvalidInput` for a wrong password, and `Conflict` while a store is not archived or the account is staff's.
    """
    with atomic_on_platform():
        # one opening or closing of an account at a time
        user = User.objects.select_for_update().get(pk=owner.pk)
        if not user.check_password(password):
            sentence = gettext("This is not your current password.")
            raise InvalidInput(sentence, fields={"password": [sentence]})
        if user.is_staff:
            raise Conflict(gettext("This login belongs to staff of the platform."))
        own = list_own_stores(user)
        if own.exclude(status=StoreStatus.ARCHIVED).exists():
            raise Conflict(gettext("An account closes when all its stores are archived."))
        note("owner.closed", user, actor=actor_of(user), always=True)
        user.is_active = False
        user.set_unusable_password()
        if not own.exists():
            user.email = f"{user.pk}@closed.invalid"
            user.first_name = user.last_name = user.phone = ""
        user.save()
