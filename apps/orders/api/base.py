"""The order of a request, in the scope of its sender."""

import re
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied

from apps.accounts.api.base import ActorView
from apps.orders import selectors
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order

HEADER = "X-Order-Token"
_TOKEN = re.compile(r"[\w-]{8,64}", re.ASCII)


class OrderAccess(ActorView):
    """Customers see their own orders, staff with the permission all orders, guests the order of their token."""

    def find(self, order_id: UUID) -> Order:
        self.refuse_blind_staff()
        token = self.order_token
        if token is None or self.user is not None:
            return selectors.get_order_by_id_for(actor=self.actor, order_id=order_id)
        order = selectors.get_order_by_access_token(token)
        if order.pk != order_id:
            raise OrderNotFound
        return order

    def refuse_blind_staff(self) -> None:
        """Staff are actors who see every order; the permission says whether this one may."""
        if self.actor.is_staff and not self.allows("orders.view_order"):
            raise PermissionDenied(gettext("You are not allowed to see orders."))

    @property
    def order_token(self) -> str | None:
        token = self.request.headers.get(HEADER) or self.request.query_params.get("token", "")
        return token if _TOKEN.fullmatch(token) else None
