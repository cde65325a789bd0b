"""What apps above keep for readers of mails: they drop it when a reader refuses mails of a kind, or is erased.

    @reader_refused                                            # mail_readers.py of any app above
    def drop_notices(kind: str, email: str) -> None: ...

    @reader_erased
    def erase_notices(email: str) -> None: ...

Both run in the transaction of what happened; addresses are in their normal form. Addresses of erased readers are known by a
keyed hash alone.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.common.hooks import Hook
from apps.tenancy.context import current_store

_SALT: Final = "apps.notifications.erased"

reader_refused: Final = Hook[Callable[[str, str], None]]("mail_readers")
reader_erased: Final = Hook[Callable[[str], None]]("mail_readers")


def erased_address(email: str, secret: str = "") -> str:
    """What stands for the address of an erased reader: nothing is read from it, and it can't receive mail."""
    key = secret or settings.SECRET_KEY
    value = f"{current_store().id}:{email}"
    return f"{salted_hmac(_SALT, value, secret=key, algorithm='sha256').hexdigest()[:40]}@erased.invalid"


def erased_addresses(email: str) -> list[str]:
    """The same with each key that is in use."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [erased_address(email, key) for key in keys]
