from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from apps.accounts import selectors, services
from apps.accounts.defaults import seed_store
from apps.accounts.errors import AddressNotFound, EmailTaken, InvalidAddress, TooManyAddresses
from apps.accounts.logins import give_staff_login
from apps.accounts.models import User
from apps.accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES, Role
from apps.common.actor import ActorKind
from apps.tenancy.context import current_store, use_actor, use_store
from tests.support.acting import customer

pytestmark = pytest.mark.usefixtures("in_store")
HOME = {
    "name": "Mira",
    "line1": "12 Lake Road",
    "city": "Pune",
    "region": "MH",
    "postal_code": "411001",
    "country": "in",
}


def make_user(email: str = "Mira@Example.COM", **values: Any) -> User:
    return services.create_user(email=email, password="correct horse battery", **values)


def test_an_address_is_one_person_whatever_its_case() -> None:
    user = make_user("  Mira@Example.COM ")
    assert user.email == "mira@example.com"
    assert User.objects.get(email="MIRA@example.com") == user
    assert selectors.get_user_by_email("mIRA@EXAMPLE.com") == user
    with pytest.raises(EmailTaken):
        make_user("mira@EXAMPLE.com")
    with pytest.raises(EmailTaken):
        make_user("MIRA@example.com", role=Role.OWNER)
    assert User.objects.count() == 1


def test_the_same_person_can_be_a_customer_of_two_stores(other_store: Any) -> None:
    here = make_user()
    with use_store(other_store):
        there = make_user()
        assert User.objects.count() == 1
    assert here.pk != there.pk


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_staff_have_the_permissions_of_their_role_and_no_others(role: Role) -> None:
    user = make_user(role=role)
    assert user.is_staff
    assert not user.is_superuser
    held = user.get_all_permissions()
    can_change_orders = role in {Role.SUPPORT, Role.FULFILMENT, Role.MANAGER, Role.OWNER}
    assert ("orders.change_order" in held) is can_change_orders
    assert ("accounts.change_user" in held) is (role == Role.OWNER)
    assert ("payments.add_refund" in held) is (role in {Role.MANAGER, Role.OWNER})
    assert "orders.view_order" in held


def test_a_customer_may_nothing_and_a_demoted_clerk_neither() -> None:
    user = make_user()
    assert not user.is_staff
    assert user.get_all_permissions() == set()
    services.set_role(user=user, role=Role.MANAGER)
    services.set_role(user=user, role=Role.CUSTOMER)
    fresh = User.objects.get(pk=user.pk)
    assert not fresh.is_staff
    assert fresh.get_all_permissions() == set()


def by_role(user: User) -> None:
    services.set_role(user=user, role=Role.MANAGER)


def by_form(user: User) -> None:
    user.role = Role.MANAGER
    services.save_person(user=user)


def by_command(user: User) -> None:
    give_staff_login(email=user.email, role=Role.MANAGER)


@pytest.mark.parametrize("promote", [by_role, by_form, by_command])
def test_a_customer_who_becomes_staff_loses_password_and_sessions(
    promote: Callable[[User], None],
) -> None:
    """Anyone can have registered with that address."""
    user = make_user()
    sessions = user.get_session_auth_hash()
    promote(User.objects.get(pk=user.pk))
    staff = User.objects.get(pk=user.pk)
    assert staff.is_staff
    assert not staff.has_usable_password()
    assert staff.get_session_auth_hash() != sessions


def test_staff_who_change_roles_and_those_given_a_password_keep_it() -> None:
    user = make_user()
    user.role = Role.SUPPORT
    services.save_person(user=user, password="typed by the owner 1")
    assert User.objects.get(pk=user.pk).check_password("typed by the owner 1")
    for promote in (by_role, by_form, by_command):
        promote(user)
        assert User.objects.get(pk=user.pk).check_password("typed by the owner 1")
    new = make_user("new@example.com", role=Role.SUPPORT)
    assert User.objects.get(pk=new.pk).check_password("correct horse battery")


def test_seeding_again_repairs_a_group_and_adds_nothing() -> None:
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    group = Group.objects.get(name=Role.CATALOG.value)
    group.permissions.set(Permission.objects.all())
    seed_store(current_store())
    assert {g.name: g.permissions.count() for g in Group.objects.all()} == before
    assert set(before) == {role.value for role in STAFF_ROLES}
    assert all(before.values())


def test_every_role_is_in_the_table() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_who_acts(rf: Any) -> None:
    request = rf.get("/")
    assert selectors.actor_for(request).kind is ActorKind.GUEST
    request.user = make_user(first_name="Mira", last_name="Rao")
    assert (selectors.actor_for(request).kind, selectors.actor_for(request).label) == (
        ActorKind.CUSTOMER,
        "Mira Rao",
    )
    services.set_role(user=request.user, role=Role.SUPPORT)
    assert selectors.actor_for(request).is_staff


def test_the_first_address_is_the_default_and_there_is_only_one() -> None:
    user = make_user()
    with use_actor(customer(user)):
        first = services.save_address(user=user, values=HOME)
        second = services.save_address(user=user, values={**HOME, "line1": "Office"})
        assert (first.is_default, second.is_default, first.country) == (True, False, "IN")
        services.save_address(user=user, values={"is_default": True}, address=second)
        assert [a.line1 for a in selectors.list_addresses_for(user)] == ["Office", "12 Lake Road"]
        assert user.addresses.filter(is_default=True).count() == 1
        services.delete_address(user=user, address=second)
        assert user.addresses.get().is_default


@pytest.mark.usefixtures("system_scope")
def test_somebody_else_s_address_is_not_found() -> None:
    """By the queries alone: a store on MariaDB has no row security behind them."""
    mine, theirs = make_user(), make_user("ravi@example.com")
    address = services.save_address(user=theirs, values=HOME)
    with pytest.raises(AddressNotFound):
        selectors.get_address_for(mine, address.pk)
    for change in (
        lambda: services.save_address(user=mine, values=HOME, address=address),
        lambda: services.make_default(user=mine, address=address),
        lambda: services.delete_address(user=mine, address=address),
    ):
        with pytest.raises(AddressNotFound):
            change()
    assert theirs.addresses.count() == 1


def test_a_wrong_address_says_where_and_is_not_kept() -> None:
    user = make_user()
    with use_actor(customer(user)), pytest.raises(InvalidAddress) as refused:
        services.save_address(user=user, values={**HOME, "line1": "", "country": "Atlantis"})
    assert set(refused.value.fields) == {"line1", "country"}
    with use_actor(customer(user)):
        assert user.addresses.count() == 0


def test_an_address_book_is_not_endless() -> None:
    user = make_user()
    with use_actor(customer(user)):
        for _ in range(services.MAX_ADDRESSES):
            services.save_address(user=user, values=HOME)
        with pytest.raises(TooManyAddresses):
            services.save_address(user=user, values=HOME)
