"""The letterhead of a store's mails, by its theme."""

from apps.content.selectors import get_theme
from apps.content.theme import ink_on
from apps.notifications.letterhead import Letterhead
from apps.platform.models import Store
from apps.platform.selectors import store_url


def letterhead_of(store: Store, *, with_contact: bool = True) -> Letterhead:
    """Of the active store. Mails to staff have no contact: the store does not answer itself."""
    theme = get_theme()
    return Letterhead(
        url=store_url(store),
        brand=theme.brand,
        ink=ink_on(theme.brand),
        contact=theme.contact_email if with_contact else "",
    )
