"""The way of an owner into the admin of a store."""

from django.utils.translation import gettext

from apps.accounts import passwords
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common.actor import Actor, ActorKind
from apps.common.errors import Conflict
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.tenancy.context import use_store


def make_first_login_link(*, owner: User, store: Store) -> str:
    """The link by which the owner chooses the first password of the store's admin. It is stored nowhere and works once.

    Raises `Conflict` once the login has a password, or is no owner's login any more: from then on the store decides who
    comes in, and its admin mails links for new passwords.
    """
    if store.status != StoreStatus.ACTIVE:
        raise Conflict(gettext("The store is not open."))
    with use_store(store, actor=Actor(ActorKind.STAFF, None, owner.email)):
        login = User.objects.filter(email=owner.email, role=Role.OWNER, is_staff=True).first()
        if login is None or login.has_usable_password():
            raise Conflict(gettext("The admin has a password already. Log in there."))
        return passwords.make_password_link(user=login)
