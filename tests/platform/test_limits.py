"""Plans and what they allow, through the services that all doors share."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.plan_notices import mail_near_limit
from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import ProductInput
from apps.common.actor import Actor
from apps.common.clock import moved_to, now, today
from apps.common.errors import Conflict, DomainError, InvalidInput
from apps.notifications.models import SentMail
from apps.operations.moving.requesting import Target, request_move
from apps.pictures.preparing import prepare_picture
from apps.pictures.services import delete_files, store_picture
from apps.platform import selectors, services
from apps.platform.errors import PlanLimitReached
from apps.platform.models import (
    Domain,
    LimitName,
    LimitNotice,
    Plan,
    PlanPrice,
    Store,
    Subscription,
    UsageMetric,
)
from apps.platform.selectors.usage import MonthOfOrders, find_due_notice, get_month_of_orders
from apps.platform.states import SubscriptionStatus
from apps.provisioning import services as provisioning
from apps.tenancy.context import use_actor
from tests.catalog.making import make_product, picture, product_input
from tests.support.acting import STAFF
from tests.support.databases import lift_limits
from tests.support.threads import fails, run_at_once

PLANS = ["free", "starter", "professional", "enterprise"]


def test_seeding_creates_four_plans_once_and_never_changes_them(db: None) -> None:
    PlanPrice.objects.filter(plan__code="starter").update(monthly_minor=1)
    assert services.seed_plans() == 0
    assert list(Plan.objects.values_list("code", flat=True)) == PLANS
    starter = Plan.objects.get(code="starter")
    assert {price.monthly_minor for price in starter.prices.all()} == {1}
    assert (starter.max_staff_accounts, starter.placements) == (5, "shared")
    for wanted, found in (("INR", "INR"), ("JPY", "USD"), ("EUR", "EUR")):
        assert selectors.choose_price(starter, wanted).currency == found


def test_without_an_open_subscription_the_plan_itself_counts(store: Any) -> None:
    services.require_within_limit(store.id, LimitName.PRODUCTS, used=10**9)
    Subscription.objects.filter(store=store).update(status=SubscriptionStatus.CANCELLED)
    with pytest.raises(PlanLimitReached) as refused:
        services.require_within_limit(store.id, LimitName.PRODUCTS, used=100)
    assert refused.value.details["allowed"] == 100


def _hosts(store: Any) -> None:
    services.add_domain(store=store, host=f"more.{'x' * Domain.objects.count()}.example")


def _staff(store: Any) -> None:
    email = f"s{User.objects.count()}@store.example"
    accounts.create_user(email=email, password=None, role=Role.SUPPORT)


def _reactivated(store: Any) -> None:
    user = User.objects.create_user(f"r{User.objects.count()}@store.example", is_staff=True)
    User.objects.filter(pk=user.pk).update(is_active=False, role=Role.SUPPORT)
    user.refresh_from_db()
    accounts.set_active(user=user, is_active=True)


def _promoted(store: Any) -> None:
    user = User.objects.create_user(f"p{User.objects.count()}@store.example")
    accounts.set_role(user=user, role=Role.SUPPORT)


def _typed(store: Any) -> None:
    user = User(email=f"t{User.objects.count()}@store.example", role=Role.SUPPORT)
    accounts.save_person(user=user)


def _product(store: Any) -> None:
    make_product(f"Cup {Product.objects.count()}")


@pytest.mark.parametrize(
    ("name", "create"),
    [
        (LimitName.PRODUCTS, _product),
        (LimitName.DOMAINS, _hosts),
        (LimitName.STAFF, _staff),
        (LimitName.STAFF, _reactivated),
        (LimitName.STAFF, _promoted),
        (LimitName.STAFF, _typed),
    ],
)
def test_two_are_allowed_and_the_third_is_refused_by_name(
    in_store: Any, as_staff: None, settings: Any, name: str, create: Callable[[Any], None]
) -> None:
    settings.PLATFORM_CONTACT = "help@platform.example"
    User.objects.filter(is_staff=True).update(is_active=False)
    lift_limits(in_store, **{f"max_{name}": 2})
    create(in_store)
    create(in_store)
    with pytest.raises(PlanLimitReached) as refused:
        create(in_store)
    assert refused.value.details == {"limit": name, "allowed": 2, "used": 2, "plan": "Free"}
    words = (
        f"The plan Free limits {LimitName(name).label} to 2; in use: 2. A larger plan has more: "
    )
    assert str(refused.value) == f"{words}ask help@platform.example."
    lift_limits(in_store, **{f"max_{name}": 3})
    create(in_store)


def test_uploads_of_staff_need_room_and_other_files_do_not(
    in_store: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)

    def used() -> int:
        return Store.objects.get(pk=in_store.pk).storage_used_bytes

    lift_limits(in_store, max_storage_gb=1)
    Store.objects.filter(pk=in_store.pk).update(storage_used_bytes=0, storage_counted_at=now())
    upload = prepare_picture(picture())
    with use_actor(STAFF):
        stored = store_picture(upload, folder="pictures")
    size = sum(default_storage.size(name) for name in stored.files)
    assert used() == size > 0
    delete_files([*stored.files, *stored.files])
    assert used() == 0

    Store.objects.filter(pk=in_store.pk).update(storage_used_bytes=10**9 - size + 1)
    with use_actor(STAFF), pytest.raises(PlanLimitReached, match="limits GB of storage to 1;"):
        store_picture(upload, folder="pictures")
    assert used() == 10**9 - size + 1, "what was written before is taken off again"
    with use_actor(Actor.guest()):
        store_picture(upload, folder="pictures")
    default_storage.save("private/invoice.pdf", ContentFile(b"12345"))
    assert used() == 10**9 + 6
    assert services.recount_storage() == 0
    with moved_to(now() + timedelta(days=8)):
        assert services.recount_storage() == len(stored.files) + 1
    assert used() == size + 5
    in_store.save()
    assert used() == size + 5, "a row that was read before does not write counters"


def test_what_is_there_changes_freely_below_a_smaller_plan(in_store: Any, as_staff: None) -> None:
    product, _more = make_product("Cup"), make_product("Jug")
    user = accounts.create_user(email="s@store.example", password=None, role=Role.SUPPORT)
    lift_limits(in_store, max_products=1, max_staff_accounts=0)
    catalog.save_product(data=product_input("Bowl"), product=product)
    accounts.set_role(user=user, role=Role.MANAGER)
    accounts.create_user(email="buys@store.example", password=None)
    services.add_domain(store=in_store, host="another.localhost")
    with pytest.raises(PlanLimitReached):
        make_product("Pot")


def test_an_owner_has_as_many_stores_as_the_largest_plan_allows(db: None) -> None:
    owner = get_user_model().objects.create_superuser(
        "merchant@platform.example", "long-password-1"
    )
    values: dict[str, Any] = {"name": "Shop", "owner": owner, "currency": "INR", "country": "IN"}

    def open_one(plan: str) -> None:
        provisioning.open_store(plan=plan, **values)

    open_one("free")
    with pytest.raises(PlanLimitReached, match="limits stores per owner to 1; in use: 1"):
        open_one("free")
    open_one("starter")
    with pytest.raises(PlanLimitReached, match="per owner to 2"):
        open_one("free")
    assert Store.objects.filter(owner=owner).count() == 2
    open_one("enterprise")
    open_one("free")


def test_a_kind_of_database_that_the_plan_does_not_have(store: Any) -> None:
    wanted: dict[str, Any] = {"name": "Shop", "owner": None, "currency": "INR", "country": "IN"}
    config = {"connectionString": "postgresql://u:p@db.example/shop"}
    with pytest.raises(PlanLimitReached) as refused:
        provisioning.open_store(plan="free", database_type="postgresql", config=config, **wanted)
    assert refused.value.details["allowed"] == ["shared"]
    assert "only shared cluster" in refused.value.fields["database_type"][0]
    lift_limits(store, placements="shared mysql")
    with pytest.raises(PlanLimitReached):
        request_move(store=store, target=Target("postgresql", "main", config), start=False)
    Plan.objects.filter(code="free").update(max_custom_domains=0)
    with pytest.raises(PlanLimitReached, match="custom domains"):
        provisioning.open_store(plan="free", host="shop.example", **wanted)


def test_an_exception_adds_until_its_day_and_ends_early(store: Any, system_scope: None) -> None:
    lift_limits(store, max_products=2, max_custom_domains=2, placements="shared")
    grant = partial(services.grant_limit, store=store, reason="A fair", until=today())

    def now_allowed() -> tuple[Any, ...]:
        limits = selectors.get_limits(store.pk)
        return limits.numbers["products"], limits.numbers["custom_domains"], limits.placements

    smaller, larger = grant(limit="products", value=1), grant(limit="products", value=9)
    grant(limit="custom_domains", value=None)
    grant(limit="placements", value=None)
    assert now_allowed() == (9, None, frozenset())
    with moved_to(now() + timedelta(days=1)):
        assert now_allowed() == (2, 2, frozenset({"shared"}))
    services.end_grant(grant=larger)
    assert now_allowed()[0] == 2
    with pytest.raises(Conflict):
        services.end_grant(grant=larger)
    wrong: list[dict[str, Any]] = [
        {"until": today() - timedelta(days=1)},
        {"reason": " "},
        {"limit": "gold"},
        {"limit": "placements", "value": 3},
        {"value": -1},
    ]
    for change in wrong:
        with pytest.raises(InvalidInput):
            grant(**{"limit": "products", "value": 3, **change})
    assert smaller.granted_by == "test"


@pytest.mark.parametrize(
    ("orders", "percent"),
    [([7], None), ([8], 80), ([8, 9], 80), ([8, 10], 100), ([30], 120), ([10, 11, 12, 30], 120)],
)
def test_owners_are_notified_once_of_each_share_and_the_rest_is_counted(
    in_store: Any, as_staff: None, orders: list[int], percent: int | None
) -> None:
    lift_limits(in_store, max_orders_per_month=10)
    User.objects.create_user("owner@store.example", role=Role.OWNER)
    day, mails = today(), 0
    for number in orders:
        for _time in range(2):
            services.record_orders(
                store_id=in_store.id, on=day, orders=number, value_minor=1, currency="INR"
            )
            notice = find_due_notice(in_store.id, day)
            if notice is not None:
                mail_near_limit(notice)
                mail_near_limit(notice)
                services.note_notice(notice)
                mails += User.objects.filter(role=Role.OWNER, is_active=True).count()
    found = LimitNotice.objects.filter(store=in_store)
    assert max(found.values_list("percent", flat=True), default=None) == percent
    assert SentMail.objects.filter(template="plan_limit").count() == mails
    assert UsageMetric.objects.get(store=in_store, on=day).orders_over == max(0, orders[-1] - 10)


def test_orders_of_other_days_and_months_are_counted_in_their_own(in_store: Any) -> None:
    lift_limits(in_store, max_orders_per_month=10)
    record = partial(services.record_orders, store_id=in_store.id, value_minor=1, currency="INR")
    for day, orders in ((date(2030, 1, 31), 9), (date(2030, 2, 1), 8), (date(2030, 2, 3), 5)):
        record(on=day, orders=orders)
    record(on=date(2030, 2, 1), orders=9)  # a message that came late
    assert get_month_of_orders(in_store.id, date(2030, 1, 5)) == MonthOfOrders(9, 0)
    assert get_month_of_orders(in_store.id, date(2030, 2, 28)) == MonthOfOrders(14, 4)


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_of_fifty_products_at_once_one_takes_the_last_place(
    throwaway_store: Any,
) -> None:
    lift_limits(throwaway_store, max_products=1)

    def create(data: ProductInput) -> Product:
        return catalog.save_product(data=data)

    calls = [partial(create, product_input(f"Cup {number}")) for number in range(50)]
    answers = run_at_once(throwaway_store, calls)
    refused = fails(answers)
    assert len(refused) == 49
    assert {type(error) for error in refused} == {PlanLimitReached}, refused
    lift_limits(throwaway_store, max_products=2)
    assert len(fails(run_at_once(throwaway_store, calls))) == 49


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_of_ten_people_at_once_one_becomes_staff(throwaway_store: Any) -> None:
    lift_limits(throwaway_store, max_staff_accounts=1)

    def create(number: int) -> User:
        return accounts.create_user(
            email=f"s{number}@store.example", password=None, role=Role.SUPPORT
        )

    refused = fails(run_at_once(throwaway_store, [partial(create, n) for n in range(10)]))
    assert len(refused) == 9
    assert all(isinstance(error, DomainError) for error in refused), refused
