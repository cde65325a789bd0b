"""From an e-mail address to an account. What is answered never depends on whether the address has one."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts import passwords
from apps.accounts import services as accounts
from apps.accounts.errors import EmailTaken, InvalidPerson
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import actor_of
from apps.common.web import normalize_email
from apps.owners import mails
from apps.owners.errors import LinkUsed
from apps.owners.links import NewAccount, use_up
from apps.platform.auditing import note
from apps.tenancy.transactions import atomic_on_platform


def send_link(*, email: str) -> None:
    """Mail the address a link: for a new account, or, where it has one, for a new password of it.

    One mail in each case, so that neither answer nor time says which accounts exist. Raises `MailNotSent`.
    """
    user = User.objects.filter(email=normalize_email(email)).first()
    if user is None and settings.SIGNUP_OPEN:
        mails.mail_new_account(normalize_email(email))
    elif user is None:
        mails.mail_no_account(normalize_email(email))
    elif user.is_active:
        mails.mail_password_link(user)
    else:
        mails.mail_closed_account(user.email)


def make_account(link: NewAccount, *, password: str) -> User:
    """The account of an address that came by its link, which is used up. It is no staff of the platform.

    Raises `LinkUsed` where the address has an account by now: of two concurrent calls one makes it. Raises
    `InvalidPerson` for a password that the rules refuse.
    """
    email = link.email
    _require_good_password(User(email=email), password)
    try:
        with atomic_on_platform():
            user = accounts.create_user(email=email, password=password, role=Role.CUSTOMER)
            note("owner.signed_up", user, actor=actor_of(user), always=True)
    except EmailTaken as taken:
        raise LinkUsed from taken
    use_up(link)
    return user


def choose_password(*, user: User, password: str) -> User:
    """By the link of the mail. Every session of the account ends."""
    _require_good_password(user, password)
    return passwords.set_password(user=user, password=password)


def _require_good_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidPerson(fields={"password": error.messages}) from error
