"""The letterhead of a store's mails, by its theme."""

from typing import Final
from urllib.parse import urljoin

from apps.content.selectors import ThemeView, get_theme
from apps.content.theme import ink_on
from apps.notifications.letterhead import Letterhead
from apps.platform.models import Store
from apps.platform.selectors import store_url

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
        contact=theme.contact_email if with_contact else "",
        logo=urljoin(home, theme.logo_url) if width and height else "",
        logo_width=width,
        logo_height=height,
    )


def _logo_size(theme: ThemeView) -> tuple[int, int]:
    """As it is shown: some mail programs take the size from the attributes alone. None for a logo without a size."""
    if not (theme.logo_url and theme.logo_width and theme.logo_height):
        return 0, 0
    scale = min(_LOGO_WIDTH / theme.logo_width, _LOGO_HEIGHT / theme.logo_height, 1)
    return max(1, round(theme.logo_width * scale)), max(1, round(theme.logo_height * scale))
