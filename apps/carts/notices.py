"""What a buyer is informed of, line by line, and dismisses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext

from apps.carts.documents import Cart, CartLine, CartNotice, NoticeCode
from apps.common.clock import now
from apps.common.ids import new_id

MOST_NOTICES: Final = 120


def notice_of(code: NoticeCode, line: CartLine, *, before: int = 0, after: int = 0) -> CartNotice:
    return CartNotice(
        id=str(new_id()),
        code=code,
        sku=line.sku,
        title=line.title,
        before=before,
        after=after,
        at=now(),
    )


def with_notices(cart: Cart, new: Iterable[CartNotice]) -> list[CartNotice]:
    """The cart's notices with these, the latest `MOST_NOTICES`."""
    return [*cart.open_notices, *new][-MOST_NOTICES:]


def words_of(notice: CartNotice) -> str:
    known = {"title": notice.title, "before": notice.before, "after": notice.after}
    match notice.code:
        case NoticeCode.ADDED:
            return gettext("%(title)s: %(after)s added to your cart.") % known
        case NoticeCode.ADDED_UP:
            return gettext("%(title)s: %(after)s in your cart now, %(before)s before.") % known
        case NoticeCode.KEPT_LARGER:
            return gettext("%(title)s: the larger quantity is kept, %(after)s.") % known
        case NoticeCode.SAVED:
            return gettext("%(title)s: saved for later.") % known
        case NoticeCode.LEFT_OUT:
            return gettext("%(title)s: left out, because there is no room for it.") % known
        case NoticeCode.REDUCED:
            return (
                gettext("%(title)s: %(after)s instead of %(before)s, as many as there are.") % known
            )
    return gettext("%(title)s: taken out, because it is not available.") % known
