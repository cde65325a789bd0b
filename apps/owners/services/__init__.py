"""Every write of accounts that own stores."""

from apps.owners.services.closing import close_account
from apps.owners.services.entering import make_first_login_link, make_visit_link
from apps.owners.services.opening import open_own_store, reconnect_own_store, retry_own_store
from apps.owners.services.signing_up import choose_password, make_account, send_link

__all__ = [
    "choose_password",
    "close_account",
    "make_account",
    "make_first_login_link",
    "make_visit_link",
    "open_own_store",
    "reconnect_own_store",
    "retry_own_store",
    "send_link",
]
