"""The ways of an owner into the admin of a store: the first login there, and a visit."""

from typing import Annotated

from django.utils.translation import gettext

from apps.accounts import passwords
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.visiting.services import make_link
from apps.common.actor import Actor, ActorKind
from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Block, Raw, cleans_text
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


@cleans_text
def make_visit_link(
    *,
    owner: User,
    store: Store,
    reason: Annotated[str, Block(500, required=True)],
    password: Annotated[str, Raw("a password")],
) -> str:
    """The link of a visit, for the owner who has just given the account's password: a session alone, which may be stolen,
    opens no admin. Raises `InvalidInput` for a wrong password, and `NoVisits`."""
    if not owner.check_password(password):
        sentence = gettext("This is not your current password.")
        raise InvalidInput(sentence, fields={"password": [sentence]})
    return make_link(store=store, person=owner, reason=reason)
