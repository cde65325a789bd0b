"""A person becomes a customer: the account and its mail of welcome."""

from apps.accounts import services
from apps.accounts.mails import mail_welcome
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.events import services as events


def register(*, email: str, password: str, **profile: str) -> User:
    """Both, or none. Raises `EmailTaken`."""
    with events.transaction_with_wake_up():
        user = services.create_user(email=email, password=password, role=Role.CUSTOMER, **profile)
        mail_welcome(user)
    return user
