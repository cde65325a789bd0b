"""A store is suspended with a reason: its owner reads it, may look at everything, and hears of it by mail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import Role, User
from apps.billing import services as billing
from apps.catalog.documents import Product
from apps.common.errors import Conflict, InvalidInput
from apps.events.models import AuditEntry
from apps.notifications.models import SentMail
from apps.operations import store_status
from apps.platform.models import Plan, Store, Subscription
from apps.platform.selectors import forget_addresses
from apps.platform.states import StoreStatus, SubscriptionStatus
from apps.tenancy.context import use_store
from tests.api.shop import PASSWORD, log_in, make_product, make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import seeing_all
from tests.support.canary import fingerprint, plant
from tests.support.routes import addresses

REASON = "Three invoices are open."
Commits = Callable[..., Any]


def step(store: Store, name: str) -> str:
    return f"/admin/platform/store/{store.pk}/status/{name}/"


@pytest.fixture
def suspended(store: Any) -> Any:
    store_status.suspend_store(store=store, reason=REASON)
    forget_addresses()  # as the commit does
    return store


def test_the_page_asks_for_a_reason_and_the_log_keeps_it(
    operator: Client,
    store: Any,
) -> None:
    page = operator.get(f"/admin/platform/store/{store.pk}/change/").content.decode()
    assert step(store, "suspend") in page
    assert step(store, "reinstate") not in page
    refused = operator.post(step(store, "suspend"), {"reason": " \u200b "})
    assert refused.status_code == 200
    assert refused.context["form"].errors["reason"]
    store.refresh_from_db()
    assert store.status == StoreStatus.ACTIVE

    done = operator.post(step(store, "suspend"), {"reason": REASON}, follow=True)
    assert REASON in done.content.decode()
    assert step(store, "reinstate") in done.content.decode()
    entry = AuditEntry.objects.get(action="store.suspended", target_ref=str(store.pk))
    assert entry.after == {"reason": REASON}
    operator.post(step(store, "reinstate"), {"reason": "Paid."})
    store.refresh_from_db()
    assert (store.status, store.suspension_reason, store.suspended_at) == ("active", "", None)


def test_what_a_suspended_stores_owner_sees(
    suspended: Any,
    owner: Client,
    client_for: Callable[..., Client],
    settings: Any,
) -> None:
    settings.PLATFORM_CONTACT = "help@platform.example"
    assert client_for(suspended).get("/").status_code == 503
    start = owner.get("/admin/")
    assert start.status_code == 200
    for words in (REASON, "help@platform.example", "is suspended"):
        assert words in start.content.decode()
    with use_store(suspended):
        product = Product.objects.first()
    page = f"/admin/catalog/product/{product.pk}/change/"
    assert owner.get(page).status_code == 200
    assert owner.post(page, {"title": "Changed"}).status_code == 403
    assert owner.get("/admin/catalog/product/add/").status_code == 403


@pytest.mark.matrix
def test_staff_of_a_suspended_store_change_nothing_by_any_address_of_its_admin(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        planted = plant(store)
        boss = User.objects.get(role=Role.OWNER)
        client = client_for(store)
        client.force_login(boss)
    rename_session(client, f"session_{store.slug}")
    store_status.suspend_store(store=store, reason=REASON)
    forget_addresses()
    before = fingerprint(store)
    own_login = (
        "/admin/login/", "/admin/logout/", "/admin/password/forgotten/", "/admin/announcements/",
    )  # fmt: skip  # of their own session
    paths = [
        path
        for path in addresses(settings.STORE_URLCONF, planted, most=5)
        if path.startswith("/admin/") and not path.startswith(own_login)
    ]
    refused = [client.post(path, planted.as_form()).status_code for path in paths]
    assert len(refused) > 100
    assert refused.count(403) > 60
    assert not [status for status in refused if status >= 500]
    assert fingerprint(store) == before


def test_staff_of_a_suspended_store_keep_their_own_password_safe(
    suspended: Any, client_for: Callable[..., Client]
) -> None:
    boss, new = make_user(suspended, Role.OWNER), "a-brand-new-password-9"
    client, other = client_for(suspended), client_for(suspended)
    with use_store(suspended):
        for each in (client, other):
            each.force_login(boss)
            rename_session(each, f"session_{suspended.slug}")
    assert other.get("/admin/").status_code == 200
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form).status_code == 302
    with seeing_all(suspended):
        boss.refresh_from_db()
        assert boss.check_password(new)
        assert AuditEntry.objects.filter(action="user.password_set", actor_ref=boss.pk).exists()
    assert other.get("/admin/").status_code == 302, "a stolen session ends"


def test_a_second_reason_replaces_the_first_and_the_log_has_both(
    suspended: Any,
    operator: Client,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    boss = make_user(suspended, Role.OWNER)
    since, other = suspended.suspended_at, "Goods that may not be sold."
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        answer = operator.post(step(suspended, "reason"), {"reason": other}, follow=True)
    assert "is replaced. Its owners get a mail." in answer.content.decode()
    suspended.refresh_from_db()
    assert (suspended.suspension_reason, suspended.suspended_at) == (other, since)
    entry = AuditEntry.objects.get(action="store.suspension_reason_changed")
    assert (entry.before, entry.after) == ({"reason": REASON}, {"reason": other})
    with seeing_all(suspended):
        mail = SentMail.objects.get(template="store_status", to=boss.email)
    assert other in mail.text

    again = operator.post(step(suspended, "suspend"), {"reason": other}, follow=True)
    assert "Nothing changed, so no mail was sent." in again.content.decode()
    assert AuditEntry.objects.filter(action="store.suspension_reason_changed").count() == 1
    store_status.suspend_store(store=suspended, reason=REASON)
    assert Store.objects.get(pk=suspended.pk).suspension_reason == REASON


def test_a_reason_that_comes_too_late_closes_no_store(suspended: Any) -> None:
    store_status.reinstate_store(store=suspended)
    with pytest.raises(Conflict, match="is active, not suspended"):
        store_status.change_suspension_reason(store=suspended, reason="Too late.")
    assert Store.objects.get(pk=suspended.pk).suspension_reason == ""


def test_a_suspended_stores_api_is_closed(store: Any) -> None:
    api = log_in(store, make_user(store, Role.OWNER))
    product = make_product(store)
    store_status.suspend_store(store=store, reason=REASON)
    forget_addresses()
    assert api.get("products").status_code == 503
    assert api.patch(f"products/{product.pk}", {"title": "x"}).status_code == 503


def test_a_store_that_is_suspended_by_a_restore_stays_closed_to_its_staff(
    store: Any,
    owner: Client,
) -> None:
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.SUSPENDED)
    forget_addresses()
    assert owner.get("/admin/").status_code == 503


@pytest.mark.parametrize("is_published", [True, False])
def test_a_suspended_store_is_neither_published_nor_unpublished(
    suspended: Any,
    operator: Client,
    is_published: bool,
) -> None:
    with pytest.raises(Conflict, match="is suspended: it can't be"):
        store_status.set_published(store=suspended, is_published=is_published)
    answer = operator.post(step(suspended, "unpublish"), {"reason": "x"}, follow=True)
    assert "can&#x27;t be unpublished" in answer.content.decode()
    suspended.refresh_from_db()
    assert suspended.is_published


def test_owners_get_a_mail_in_the_stores_name(
    store: Any, django_capture_on_commit_callbacks: Commits
) -> None:
    boss, other = make_user(store, Role.OWNER), make_user(store, Role.MANAGER)
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        store_status.suspend_store(store=store, reason=REASON)
    with seeing_all(store):
        (mail,) = SentMail.objects.filter(template="store_status")
        assert not SentMail.objects.filter(to=other.email).exists()
    assert mail.to == boss.email
    assert mail.subject == f"{store.name} is suspended"
    for words in (REASON, "/admin/"):
        assert words in mail.text
        assert words in mail.html


def test_who_may_not_change_stores_changes_no_status(
    store: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(None)
    client.force_login(User.objects.create_user("looks@platform.example", None, is_staff=True))
    rename_session(client, "session_platform")
    for name in ("suspend", "unpublish", "archive"):
        assert client.post(step(store, name), {"reason": "x"}).status_code == 403
    store.refresh_from_db()
    assert (store.status, store.is_published) == (StoreStatus.ACTIVE, True)


def test_another_plan_counts_with_its_prices_of_today(store: Any) -> None:
    starter = Plan.objects.get(code="starter")
    before = Subscription.objects.get(store=store)
    billing.change_plan(store=store, plan=starter)
    before.refresh_from_db()
    assert before.status == SubscriptionStatus.CANCELLED
    now = Subscription.objects.exclude(pk=before.pk).get(store=store)
    assert (now.plan, now.status, now.max_products) == (starter, "active", starter.max_products)
    store.refresh_from_db()
    assert (store.plan, store.subscription_status) == (starter, SubscriptionStatus.ACTIVE)
    with pytest.raises(Conflict, match="already"):
        billing.change_plan(store=store, plan=starter)


def test_a_plan_that_is_not_offered_is_refused_at_its_field(
    operator: Client,
    store: Any,
) -> None:
    old = Plan.objects.create(name="Old", code="old", is_active=False)
    with pytest.raises(InvalidInput):
        billing.change_plan(store=store, plan=old)
    answer = operator.post(f"/admin/platform/store/{store.pk}/plan/", {"plan": str(old.pk)})
    assert answer.context["form"].errors["plan"]
    assert not Subscription.objects.filter(plan=old).exists()
