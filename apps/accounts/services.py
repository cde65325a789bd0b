"""Every write to people, their roles and their addresses."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.accounts.errors import (
    AddressNotFound,
    EmailTaken,
    InvalidAddress,
    InvalidPerson,
    TooManyAddresses,
)
from apps.accounts.mails import mail_password_changed
from apps.accounts.models import Address, CustomerNote, User
from apps.accounts.roles import Role
from apps.common.addresses import NotPhone, check_address, clean_phone
from apps.common.clock import now
from apps.common.text import NotText
from apps.common.typed_text import Code, Kind, Line, clean_texts
from apps.common.web import normalize_email
from apps.events import services as events
from apps.platform import services as platform
from apps.platform.auditing import audited, facts_of, note
from apps.platform.models import LimitName
from apps.tenancy.context import current_store_or_none
from apps.tenancy.transactions import atomic_at_home

MAX_ADDRESSES = 30
BILLED: Mapping[str, Kind] = {"company": Line(120), "tax_number": Code(24)}
PROFILE: Mapping[str, Kind] = {"first_name": Line(100), "last_name": Line(100), "phone": Line(100)}


def create_user(
    *, email: str, password: str | None, role: Role = Role.CUSTOMER, **profile: str
) -> User:
    """A person of the active home, with the rights of the role. Raises `EmailTaken`."""
    user = User(email=normalize_email(email), **_check_profile(profile))
    user.set_password(password)
    user.gets_order_mails = role == Role.OWNER
    _check(user, exclude={"password"})
    try:
        with atomic_at_home():
            _require_room(user, role)
            user.save()
            _give_role(user, role, keeps_password=True)
            note("user.created", user, after=facts_of(user))
    except IntegrityError as error:
        raise EmailTaken from error
    return user


def set_role(*, user: User, role: Role) -> User:
    """Give the user exactly this role: its group, and the door to the admin for every role but customer.

    A customer who becomes staff loses the old password, and every session and token with it: anyone can register with
    an address that is not theirs. A new one is chosen by a link (`passwords`).
    """
    with audited("user.role_changed", user), atomic_at_home():
        _require_room(user, role)
        _give_role(user, role)
    return user


def _require_room(user: User, role: Role) -> None:
    """Before a person of a store becomes active staff: raises `PlanLimitReached`. In the transaction that saves them."""
    store = current_store_or_none()
    if store is not None and role != Role.CUSTOMER and user.is_active:
        platform.require_within_limit(
            store.id, LimitName.STAFF, used=lambda: _count_other_staff(user)
        )


def count_alone() -> None:
    """From here to the end of the transaction no other of the store counts: what it counts next, and then makes, is within
    its limit. One row that every store has is locked, so a limit that is kept so needs no row of its own."""
    list(Group.objects.select_for_update().filter(name=Role.OWNER.value))


def _count_other_staff(user: User) -> int:
    """Active staff, counted by one transaction at a time. Who is among them already is no new one: then none are."""
    count_alone()
    staff = set(User.objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True))
    return len(staff - {user.pk}) if user.pk not in staff else -1


def _give_role(user: User, role: Role, *, keeps_password: bool = False) -> None:
    """The one place that opens the admin of a store to a person."""
    becomes_staff = role != Role.CUSTOMER and not user.is_staff
    if becomes_staff and not keeps_password:
        user.set_unusable_password()
    user.role, user.is_staff = role, role != Role.CUSTOMER
    user.save(update_fields=["role", "is_staff", "password"])
    if role == Role.CUSTOMER:
        user.groups.clear()
    else:
        user.groups.set([Group.objects.get_or_create(name=role.value)[0]])


def save_person(*, user: User, password: str = "") -> User:
    """Save what staff have typed into the page of a person, with the rights of the role. Sets a password if given.

    Without one, a customer who becomes staff has no password any more, as after `set_role`. On the platform every
    login belongs to staff.
    """
    is_new = user._state.adding
    if password:
        user.set_password(password)
    action = "user.created" if is_new else "user.changed"
    with audited(action, user), events.transaction_with_wake_up():
        if current_store_or_none() is None:
            user.is_staff = True
            user.save()
        else:
            _keep_notes(user)
            _require_room(user, Role(user.role))
            user.save()
            _give_role(user, Role(user.role), keeps_password=is_new or bool(password))
            if password and not is_new:
                mail_password_changed(user)
    return user


def _keep_notes(user: User) -> None:
    """Notes about a buyer go with the address when it changes."""
    before = User.objects.filter(pk=user.pk).values_list("email", flat=True).first()
    if before and before != user.email:
        CustomerNote.objects.filter(email=before).update(email=user.email)


def set_active(*, user: User, is_active: bool) -> User:
    """Allow or forbid the login of a person. Their orders and history stay."""
    with audited("user.activated" if is_active else "user.deactivated", user), atomic_at_home():
        user.is_active = is_active
        _require_room(user, Role(user.role))
        user.save(update_fields=["is_active"])
    return user


def update_profile(*, user: User, values: Mapping[str, str]) -> User:
    """Change name and phone; anything else in `values` is ignored."""
    changed = _check_profile(values)
    for name, text in changed.items():
        setattr(user, name, text)
    _check(user, exclude={"password", "email"})
    with audited("user.profile_changed", user):
        user.save(update_fields=list(changed))
    return user


def save_address(
    *, user: User, values: Mapping[str, Any], address: Address | None = None
) -> Address:
    """Add an address to the user's book, or change one, in the form checkout takes. The first becomes the default.

    Fields that are not in `values` stay unchanged. Raises `InvalidAddress` naming every wrong field.
    """
    if address is not None and address.user_id != user.pk:
        raise AddressNotFound
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one writer of the book at a time
        count = user.addresses.count()
        if address is None and count >= MAX_ADDRESSES:
            raise TooManyAddresses
        address = address or Address(user=user, is_default=count == 0)
        for name, text in _check_address({**address.as_dict(), **values}).items():
            setattr(address, name, text)
        for name, text in clean_texts(values, BILLED, InvalidAddress).items():
            setattr(address, name, text)
        address.save()
        note("user.address_saved", user)
        if values.get("is_default"):
            make_default(user=user, address=address)
    return address


def note_company(*, user: User, address: Address, billed: Mapping[str, str]) -> None:
    """Keep for next time the company and tax number that were typed at checkout beside a saved address; nothing typed
    changes nothing."""
    changed = {
        name: text for name, text in billed.items() if text and text != getattr(address, name)
    }
    if changed:
        save_address(user=user, values=changed, address=address)


def make_default(*, user: User, address: Address) -> Address:
    """Make this address the default at checkout, in place of the previous default."""
    if address.user_id != user.pk:
        raise AddressNotFound
    with transaction.atomic():
        user.addresses.exclude(pk=address.pk).filter(is_default=True).update(is_default=False)
        address.is_default = True
        address.save(update_fields=["is_default"])
        note("user.default_address_changed", user)
    return address


def delete_address(*, user: User, address: Address) -> None:
    """Remove it from the book. Orders keep their own copy. The newest remaining address becomes the default."""
    if address.user_id != user.pk:
        raise AddressNotFound
    with transaction.atomic():
        address.delete()
        note("user.address_deleted", user)
        heir = user.addresses.first()
        if heir is not None and not heir.is_default:
            make_default(user=user, address=heir)


def _check(user: User, exclude: set[str]) -> None:
    try:
        user.clean_fields(exclude=exclude)
    except ValidationError as invalid:
        raise InvalidPerson(fields=invalid.message_dict) from invalid


def _check_address(values: Mapping[str, Any]) -> dict[str, str]:
    errors: dict[str, list[str]] = {}
    checked = check_address(values, errors=errors)
    if errors:
        raise InvalidAddress(fields=errors)
    return checked


def _check_profile(values: Mapping[str, str]) -> dict[str, str]:
    texts = clean_texts(values, PROFILE, InvalidPerson)
    if "phone" in texts:
        texts["phone"] = _check_phone(texts["phone"])
    return texts


def _check_phone(phone: str) -> str:
    """A number without a country's code is one of the store's country; on the platform it needs the code."""
    store = current_store_or_none()
    try:
        return clean_phone(phone, store.country if store is not None else "")
    except (NotPhone, NotText) as error:
        raise InvalidPerson(fields={"phone": [str(error)]}) from error


def prune_sessions_and_tokens() -> int:
    """Delete expired sessions and refresh tokens of the active home. The number of them."""
    sessions, _ = Session.objects.filter(expire_date__lt=now()).delete()
    tokens, _ = OutstandingToken.objects.filter(expires_at__lt=now()).delete()
    return sessions + tokens
