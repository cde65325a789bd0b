"""The letterhead of a store's mails, by its theme."""

from typing import Final
from urllib.parse import urljoin

from apps.content.selectors import ThemeView, get_theme
from apps.content.theme import ink_on
from apps.notifications.letterhead import Letterhead, letterhead_source
from apps.notifications.selectors import get_mail_settings
from apps.platform.models import Store
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store

_LOGO_WIDTH: Final = 200
_LOGO_HEIGHT: Final = 44


def letterhead_of(store: Store, *, with_contact: bool = True) -> Letterhead:
    """Of the active store. Mails to staff have no contact: the store does not answer itself."""
    theme, home = get_theme(), store_url(store)
    width, height = _logo_size(theme)
    return Letterhead(
        url=home,
        brand=theme.brand,
        ink=ink_on(theme.brand),
        imprint=tuple(get_mail_settings().imprint.splitlines()),
        contact=theme.contact_email if with_contact else "",
        logo=urljoin(home, theme.logo_url) if width and height else "",
        logo_width=width,
        logo_height=height,
    )


@letterhead_source
def active_letterhead(with_contact: bool) -> Letterhead:
    return letterhead_of(get_store(current_store().id), with_contact=with_contact)


def _logo_size(theme: ThemeView) -> tuple[int, int]:
    """As it is shown: some mail programs take the size from the attributes alone. None for a logo without a size."""
    if not (theme.logo_url and theme.logo_width and theme.logo_height):
        return 0, 0
    scale = min(_LOGO_WIDTH / theme.logo_width, _LOGO_HEIGHT / theme.logo_height, 1)
    return max(1, round(theme.logo_width * scale)), max(1, round(theme.logo_height * scale))
