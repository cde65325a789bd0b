"""Reads of users and their saved addresses."""

from collections.abc import Collection
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.errors import AddressNotFound
from apps.accounts.models import Address, CustomerNote, User
from apps.accounts.programs import Program
from apps.accounts.roles import Role
from apps.accounts.visitors import VisitingPerson
from apps.common.actor import Actor, ActorKind


def actor_for(request: HttpRequest) -> Actor:
    """The logged-in or visiting person, or the program, as an actor, a guest otherwise. Reads nothing when there is no session
    cookie."""
    sender = getattr(request, "user", None)
    if isinstance(sender, (Program, VisitingPerson)):
        return sender.actor
    user = user_of(request)
    return actor_of(user) if user is not None else Actor.guest()


def actor_of(user: User) -> Actor:
    kind = ActorKind.STAFF if user.is_staff else ActorKind.CUSTOMER
    return Actor(kind, user.pk, user.full_name)


def user_of(request: HttpRequest) -> User | None:
    """The logged-in person, or None."""
    user = getattr(request, "user", None)
    if user is None or isinstance(user, (Program, VisitingPerson)):
        return None
    return user if user.is_authenticated else None


def list_addresses_for(user: User) -> list[Address]:
    """The address book, the default first."""
    return list(user.addresses.all())


def get_address_for(user: User, address_id: UUID) -> Address:
    """One of the user's own addresses; an address of another user is not found."""
    if address := user.addresses.filter(pk=address_id).first():
        return address
    raise AddressNotFound


def list_staff() -> list[User]:
    """People who may open the admin of the active home: owners first, then by address."""
    staff = User.objects.filter(is_staff=True).order_by("email")
    return sorted(staff, key=lambda user: (user.role != Role.OWNER, user.email))


def list_staff_who_may(permission: str) -> list[User]:
    """Active staff with this permission, owners first. One query per person."""
    return [user for user in list_staff() if user.is_active and user.has_perm(permission)]


def list_owners() -> list[User]:
    """Active owners of the active store, by address."""
    return list(User.objects.filter(role=Role.OWNER, is_active=True).order_by("email"))


def list_order_mail_readers() -> list[User]:
    """Staff who chose a mail on every new order of the active store and may see orders. One query per person."""
    wanted = User.objects.filter(is_staff=True, is_active=True, gets_order_mails=True)
    return [user for user in wanted.order_by("email") if user.has_perm("orders.view_order")]


def list_notes_about(email: str) -> list[CustomerNote]:
    """The notes of staff about the buyer with this address, the latest first."""
    return list(CustomerNote.objects.filter(email=email))


def find_customers_by_email(emails: Collection[str]) -> dict[str, UUID]:
    """The accounts with these normalized addresses; unknown ones are missing. One statement."""
    return dict(User.objects.filter(email__in=list(emails)).values_list("email", "pk"))


def get_user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email).first()
