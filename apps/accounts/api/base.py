"""The base of authenticated views."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from apps.accounts.models import User
from apps.accounts.programs import Program
from apps.accounts.selectors import actor_of
from apps.common.actor import Actor
from apps.common.api.views import ApiView

LOGIN = "login"


class ActorView(ApiView):
    """Authenticates the sender and checks permissions by method.

    `needs` maps a method to a Django permission of staff (`catalog.add_product`) or to `LOGIN`. A method that is not
    listed is open to guests too: the view's query then decides which rows the sender sees. A program with a key has the
    permissions of its scopes; which routes it may use at all is decided before the view (`apps/partners/scopes.py`).
    """

    needs: ClassVar[Mapping[str, str]] = {}

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        needed = self.needs.get(request.method or "")
        if needed is not None and self.user is None and self.program is None:
            raise NotAuthenticated(gettext("Authentication is needed."))
        if needed not in (None, LOGIN) and not self.allows(needed or ""):
            raise PermissionDenied(gettext("You are not allowed to do that."))

    @property
    def user(self) -> User | None:
        user = self.request.user
        return user if isinstance(user, User) else None

    @property
    def program(self) -> Program | None:
        """The sender, if it is a program with a key."""
        sender = self.request.user
        return sender if isinstance(sender, Program) else None

    @property
    def person(self) -> User:
        """The user, which `needs` guarantees."""
        if self.user is None:
            raise NotAuthenticated(gettext("Authentication is needed."))
        return self.user

    @property
    def actor(self) -> Actor:
        if self.program is not None:
            return self.program.actor
        return actor_of(self.user) if self.user is not None else Actor.guest()

    def allows(self, permission: str) -> bool:
        """Whether the sender is staff, or a program, with that permission."""
        if self.program is not None:
            return self.program.has_perm(permission)
        return self.user is not None and self.user.is_staff and self.user.has_perm(permission)
