"""An owner opens a store through the form; what is in it; whose it is."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.catalog.documents import Category, Product, ProductStatus
from apps.common.ids import new_id
from apps.content.models import Theme
from apps.events.models import AuditEntry
from apps.owners import services as owners
from apps.owners.errors import AccountClosed
from apps.owners.links import NewAccount
from apps.owners.models import Starter, StoreRequest
from apps.owners.starters.filling import fill_store
from apps.platform.errors import PlanLimitReached
from apps.platform.models import ProvisioningJob, Store, Subscription
from apps.platform.names import RESERVED_SLUGS
from apps.platform.states import JobStatus
from apps.provisioning import services as provisioning
from apps.tenancy.connections import forget_database
from tests.owners.making import PASSWORD, at_once, sign_up, store_form
from tests.support.acting import seeing_all
from tests.support.databases import close_store
from tests.support.documents import clean_documents
from tests.support.own_databases import own_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for(None)


@pytest.fixture
def owner(client: Client) -> User:
    return sign_up(client)


def opened_by(answer: Any) -> Store:
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Store.objects.get(pk=UUID(answer["Location"].split("/")[2]))


def test_the_form_opens_a_store_of_the_account(client: Client, owner: User) -> None:
    assert client.get("/stores/new/", headers={"accept-language": "en-IN,en"}).status_code == 200
    store = opened_by(client.post("/stores/new/", store_form(plan="starter", interval="annual")))
    assert (store.name, store.slug, store.owner_id) == ("चाय की दुकान", "cay-ki-dukan", owner.pk)
    assert (store.currency, store.language, store.time_zone) == ("INR", "en-IN", "Asia/Kolkata")
    agreed = Subscription.objects.get(store=store)
    assert (agreed.plan.code, agreed.interval, agreed.status) == ("starter", "annual", "trial")
    assert ProvisioningJob.objects.get(store=store).status == JobStatus.QUEUED
    page = client.get(f"/stores/{store.pk}/").content.decode()
    assert "Opening चाय की दुकान" in page
    assert client.get(f"/stores/{store.pk}/progress/").json()["isRunning"] is True
    assert store.name in client.get("/stores/").content.decode()


def test_a_form_that_is_sent_twice_opens_one_store(client: Client, owner: User) -> None:
    form = store_form(plan="professional")
    first, second = (opened_by(client.post("/stores/new/", form)) for _ in range(2))
    assert first == second
    assert Store.objects.filter(owner=owner).count() == 1


def test_currency_follows_the_country_unless_chosen(client: Client, owner: User) -> None:
    sweden = store_form(country="SE", state="", plan="professional")
    assert opened_by(client.post("/stores/new/", sweden)).currency == "SEK"
    euro = store_form(country="SE", state="KA", currency="EUR", plan="professional")
    store = opened_by(client.post("/stores/new/", euro))
    assert (store.currency, store.home_region) == ("EUR", "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\x00"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"slug": "Tea House"}, "slug"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "alpha"}, "slug"),
        ({"slug": "x" * 41}, "slug"),
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
        ({"state": ""}, "state"),
        ({"state": "ZZ"}, "state"),
        ({"currency": "XXX"}, "currency"),
        ({"plan": "secret"}, "plan"),
        ({"plan": ""}, "plan"),
        ({"interval": "daily"}, "interval"),
        ({"database_type": "oracle"}, "database_type"),
        ({"database_type": "mysql"}, "database_type"),
        ({"starter": "weapons"}, "starter"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"language": "xx-yy"}, "language"),
    ],
)
def test_a_wrong_form_opens_nothing(
    client: Client, owner: User, values: dict[str, str], field: str
) -> None:
    answer = client.post("/stores/new/", store_form(**values))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Store.objects.filter(owner=owner).exists()


@pytest.mark.parametrize("key", ["", "1", "\x00", "x" * 5000, "<script>"])
def test_a_form_whose_key_is_broken_gets_a_new_one(client: Client, owner: User, key: str) -> None:
    answer = client.post("/stores/new/", store_form(key=key))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Please look at the form again" in page
    assert "UUID" not in page
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    opened_by(client.post("/stores/new/", store_form(key=found[1])))


def test_prices_in_another_currency_come_without_a_script(client: Client, owner: User) -> None:
    form = store_form(currency="EUR", prices="1", **{"postgresql-password": "s3cr3t-word"})
    page = client.post("/stores/new/", form)
    assert page.status_code == 200
    assert "€29.00 a month" in page.content.decode()
    assert form["key"] in page.content.decode()
    assert "s3cr3t-word" not in page.content.decode()
    assert not Store.objects.filter(owner=owner).exists()


def test_an_own_database_is_looked_at_before_anything_is_written(
    client: Client, owner: User
) -> None:
    form = store_form(plan="enterprise", database_type="postgresql")
    values = {
        "host": "127.0.0.1",
        "port": "1",
        "database": "shop",
        "user": "u",
        "password": "s3cr3t-word",
    }
    form |= {f"postgresql-{name}": value for name, value in values.items()}
    answer = client.post("/stores/new/", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "s3cr3t-word" not in page
    assert answer.context["form"].non_field_errors()
    assert not Store.objects.filter(owner=owner).exists()
    missing = client.post("/stores/new/", store_form(plan="enterprise", database_type="postgresql"))
    assert "postgresql-host" in missing.context["form"].errors
    assert not Store.objects.filter(owner=owner).exists()


def test_a_plan_without_own_databases_tries_no_connection(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr("apps.provisioning.services.check_connection", refuse)
    form = store_form(database_type="postgresql", **{"postgresql-host": "10.0.0.1"})
    answer = client.post("/stores/new/", form)
    assert answer.status_code == 422
    assert "database_type" in answer.context["form"].errors


def test_stores_beyond_the_plan_are_refused(client: Client, owner: User) -> None:
    opened_by(client.post("/stores/new/", store_form()))
    answer = client.post("/stores/new/", store_form(name="Second"))
    assert answer.status_code == 422
    assert "stores per owner" in answer.content.decode()
    assert Store.objects.filter(owner=owner).count() == 1


def test_the_address_is_checked_while_it_is_typed(
    client: Client, owner: User, store: Any, settings: Any
) -> None:
    def ask(**query: str) -> Any:
        return client.get("/stores/new/address/", query).json()

    assert ask(name="चाय की दुकान")["slug"] == "cay-ki-dukan"
    assert ask(slug="tea-house")["isFree"] is True
    for slug in (store.slug, "admin", "Tea", "a" * 500, "-", "tea.house", "<b>"):
        found = ask(slug=slug)
        assert found["isFree"] is False
        assert found["sentence"]
    assert set(RESERVED_SLUGS) >= {"admin"}
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, "store_address": "2/h"}
    answers = [client.get("/stores/new/address/", {"name": "x"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_store_of_another_account_is_not_found(
    client: Client, owner: User, client_for: Callable[..., Client], store: Any
) -> None:
    own = opened_by(client.post("/stores/new/", store_form()))
    stranger = client_for(None)
    sign_up(stranger, "other@example.com")
    for key in (own.pk, store.pk, new_id()):
        for page in ("", "progress/", f"invoices/{new_id()}/"):
            assert stranger.get(f"/stores/{key}/{page}").status_code == 404
        for button in ("retry/", "login/"):
            assert stranger.post(f"/stores/{key}/{button}").status_code == 404
    assert own.name not in stranger.get("/stores/").content.decode()


def test_the_same_key_of_another_account_opens_its_own_store(
    client: Client, owner: User, client_for: Callable[..., Client]
) -> None:
    form = store_form()
    first = opened_by(client.post("/stores/new/", form))
    other = client_for(None)
    sign_up(other, "other@example.com")
    assert opened_by(other.post("/stores/new/", form)) != first


def test_pages_ask_for_a_login(client_for: Callable[..., Client]) -> None:
    stranger = client_for(None)
    for page in (
        "/stores/",
        "/stores/new/",
        "/stores/new/address/",
        f"/stores/{new_id()}/",
        "/account/",
    ):
        assert stranger.get(page)["Location"].startswith("/login/?next=")
    assert stranger.post("/stores/new/", store_form())["Location"] == "/login/"


def test_a_failed_opening_says_why_and_is_tried_again(client: Client, owner: User) -> None:
    store = opened_by(client.post("/stores/new/", store_form()))
    job = ProvisioningJob.objects.filter(store=store)
    job.update(status=JobStatus.FAILED, error="The database <refused>.")
    page = client.get(f"/stores/{store.pk}/").content.decode()
    assert "The database &lt;refused&gt;." in page
    assert "Try again" in page
    assert client.post(f"/stores/{store.pk}/retry/").status_code == 302
    assert job.get().status == JobStatus.QUEUED
    client.post(f"/stores/{store.pk}/retry/")  # a second click changes nothing
    assert job.get().status == JobStatus.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_store_in_an_own_database_is_connected_again_after_a_failure(
    committed_owner: User, client_for: Callable[..., Client]
) -> None:
    client = client_for(None)
    client.post("/login/", {"email": committed_owner.email, "password": PASSWORD})
    with own_database() as config:
        typed = {f"postgresql-{name}": value for name, value in config.items()}
        form = store_form(plan="professional", database_type="postgresql", **typed)
        store = opened_by(client.post("/stores/new/", form))
        job = ProvisioningJob.objects.filter(store=store)
        job.update(status=JobStatus.FAILED, error="It was down.")
        page = client.get(f"/stores/{store.pk}/").content.decode()
        assert "Type the connection in again" in page
        assert config["password"] not in page
        wrong = client.post(f"/stores/{store.pk}/retry/", typed | {"postgresql-port": "1"})
        assert wrong.status_code == 422
        assert config["password"] not in wrong.content.decode()
        assert job.get().status == JobStatus.FAILED
        assert client.post(f"/stores/{store.pk}/retry/", typed).status_code == 302
        assert job.get().status == JobStatus.QUEUED
        assert provisioning.run_provisioning(job.get()).status == JobStatus.SUCCEEDED
        assert "Your shop is open" in client.get(f"/stores/{store.pk}/").content.decode()
        store.refresh_from_db()
        forget_database(store.active_store.alias)


@pytest.fixture
def committed_owner() -> Iterator[User]:
    """Its stores go with it."""
    with transaction.atomic(using="platform"):
        made = accounts.create_user(email=f"{new_id()}@example.com", password=PASSWORD)
    yield made
    for store in Store.objects.filter(owner=made):
        if store.schema_version:
            clean_documents(store)
        close_store(store)
    # without a look at the tables of stores that refer to people
    User.objects.filter(pk=made.pk)._raw_delete("platform")  # type: ignore[attr-defined]


def values_of(**values: Any) -> dict[str, Any]:
    form = store_form(**values)
    form["key"] = UUID(form["key"])
    return form


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_used_twice_at_once_makes_one_account() -> None:
    email = f"{new_id()}@example.com"
    link = NewAccount(email, token=new_id().hex)
    answers = at_once([partial(owners.make_account, link, password=PASSWORD)] * 3)
    assert sorted(type(each).__name__ for each in answers) == ["LinkUsed", "LinkUsed", "User"]
    found = User.objects.filter(email=email)
    assert found.count() == 1
    found._raw_delete("platform")  # type: ignore[attr-defined]


def test_a_closed_account_opens_nothing(owner: User) -> None:
    owners.close_account(owner=owner, password=PASSWORD)
    with pytest.raises(AccountClosed):
        owners.open_own_store(owner=owner, **values_of())
    assert not Store.objects.filter(owner=owner).exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_opens_one_store(committed_owner: User) -> None:
    values = values_of()
    answers = at_once([lambda: owners.open_own_store(owner=committed_owner, **values)] * 4)
    assert len(answers) == 4
    assert len({each.pk for each in answers}) == 1
    assert StoreRequest.objects.filter(owner=committed_owner).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_keep_the_limit_of_stores(committed_owner: User) -> None:
    forms = [values_of(name=f"Shop {number}") for number in range(3)]
    open_it = partial(owners.open_own_store, owner=committed_owner)
    answers = at_once([partial(open_it, **form) for form in forms])
    assert sum(isinstance(each, Store) for each in answers) == 1
    assert sum(isinstance(each, PlanLimitReached) for each in answers) == 2
    assert Store.objects.filter(owner=committed_owner).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_have_one_trial(committed_owner: User) -> None:
    forms = [values_of(name=f"Shop {number}", plan="enterprise") for number in range(3)]
    open_it = partial(owners.open_own_store, owner=committed_owner)
    at_once([partial(open_it, **form) for form in forms])
    found = Subscription.objects.filter(store__owner=committed_owner)
    assert sorted(found.values_list("status", flat=True)) == ["active", "active", "trial"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("starter", Starter.values)
def test_an_opened_store_has_its_owners_login_and_the_starter_content(
    committed_owner: User, client_for: Callable[..., Client], starter: str
) -> None:
    store = owners.open_own_store(owner=committed_owner, **values_of(starter=starter))
    job = ProvisioningJob.objects.get(store=store)
    assert provisioning.run_provisioning(job).status == JobStatus.SUCCEEDED, job.error
    store.refresh_from_db()
    with seeing_all(store):
        login = User.objects.get()
        assert (login.email, login.role, login.is_staff) == (
            committed_owner.email,
            Role.OWNER,
            True,
        )
        assert not login.has_usable_password()
        products = list(Product.objects.all())
        assert {each.status for each in products} <= {ProductStatus.DRAFT}
        assert bool(products) == (starter != Starter.EMPTY)
        assert Category.objects.exists() == (starter != Starter.EMPTY)
        assert bool(Theme.objects.get().hero_title) == (starter != Starter.EMPTY)
    shop = client_for(store).get("/")
    assert shop.status_code == 200
    with seeing_all(store):  # a worker that died is followed by another one
        fill_store(store.active_store, starter)
        assert Product.objects.count() == len(products)
    assert "Sample" not in shop.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_owner_chooses_the_first_password_of_the_admin_once(
    committed_owner: User, client_for: Callable[..., Client]
) -> None:
    store = owners.open_own_store(owner=committed_owner, **values_of(starter="empty"))
    provisioning.run_provisioning(ProvisioningJob.objects.get(store=store))
    client = client_for(None)
    client.post("/login/", {"email": committed_owner.email, "password": PASSWORD})
    assert "Your shop is open" in client.get(f"/stores/{store.pk}/").content.decode()
    page = client.post(f"/stores/{store.pk}/login/")
    path = page.context["link"].partition(str(store.slug))[2].partition("/")[2]
    admin = client_for(store)
    assert admin.get(f"/{path}").status_code in (200, 302)
    with seeing_all(store):
        login = User.objects.get()
        login.set_password("a long password of the store")
        login.save()
        assert AuditEntry.objects.filter(action="user.password_link_made").exists()
    assert client.post(f"/stores/{store.pk}/login/").status_code == 302
    page = client.get(f"/stores/{store.pk}/")
    assert "Open the admin" in page.content.decode()
    assert client.get("/stores/").status_code == 200
