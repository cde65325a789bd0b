"""Opening a store: the registry's side."""

import threading
from typing import Any

import pytest
from django.db import connections, transaction

from apps.common.errors import Conflict, InvalidInput, TransitionNotAllowed
from apps.common.places import country_choices, language_choices
from apps.operations import store_status
from apps.placements.kinds import list_offered
from apps.platform import services
from apps.platform.errors import HostTaken, JobNotRetryable, PlacementNotSupported, SlugTaken
from apps.platform.localities import language_of
from apps.platform.models import Domain, Plan, PlanPrice, ProvisioningJob, Store, Subscription
from apps.platform.names import RESERVED_SLUGS
from apps.platform.states import JobStatus, StoreStatus, SubscriptionStatus
from apps.provisioning import services as provisioning

WANTED: dict[str, Any] = {"name": "Tea House", "owner": None, "currency": "INR", "country": "IN"}


def test_opening_registers_store_host_subscription_and_job(db: None) -> None:
    job = provisioning.open_store(slug="tea-house", **WANTED)
    store = Store.objects.get(slug="tea-house")
    assert store.status == StoreStatus.PROVISIONING
    assert store.schema_name.startswith("s_tea_house_")
    assert (store.language, store.time_zone) == ("en-IN", "Asia/Kolkata")
    assert [domain.domain for domain in store.domains.all()] == ["tea-house.localhost"]
    assert store.subscriptions.get().plan.code == "free"
    assert (job.store, job.status, job.progress) == (store, JobStatus.QUEUED, 0)


def test_the_worker_is_told_after_the_commit_only(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    monkeypatch.setattr(
        "apps.platform.jobs.current_app.send_task", lambda *a, **k: sent.append(k["args"])
    )
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        job = provisioning.open_store(slug="tea-house", **WANTED)
        assert sent == []
    assert sent == [[str(job.id)]]


def test_a_broker_that_is_down_does_not_stop_the_opening(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("apps.platform.jobs.current_app.send_task", refuse)
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        job = provisioning.open_store(slug="tea-house", **WANTED)
    assert ProvisioningJob.objects.get(pk=job.pk).status == JobStatus.QUEUED


def test_prices_and_limits_are_copied_from_the_plan(db: None) -> None:
    provisioning.open_store(slug="tea-house", plan="starter", **WANTED)
    Plan.objects.filter(code="starter").update(max_products=1)
    PlanPrice.objects.all().delete()
    agreed = Subscription.objects.get(store__slug="tea-house")
    assert (agreed.price_monthly_minor, agreed.currency) == (149_900, "INR")
    assert (agreed.max_products, agreed.max_staff_accounts) == (1000, 5)
    assert agreed.placements == "shared"
    assert agreed.status == SubscriptionStatus.TRIAL
    assert agreed.trial_ends_at is not None


@pytest.mark.parametrize(
    "slug",
    [
        "Tea",
        "tea house",
        "-tea",
        "tea-",
        "tea--house",
        "tee_haus",
        "té",
        "a" * 41,
        "tea.house",
        "tea\0",
        "';--",
    ],
)
def test_a_slug_that_is_no_host_label_is_refused(db: None, slug: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        provisioning.open_store(slug=slug, **WANTED)
    assert "slug" in refused.value.fields
    assert not Store.objects.filter(name="Tea House").exists()


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_words_of_the_platform_are_refused(db: None, slug: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        provisioning.open_store(slug=slug, **WANTED)
    assert "slug" in refused.value.fields


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "RUPEE"),
        ("currency", "ZZZ"),
        ("country", "India"),
        ("country", "in"),
        ("country", "ZZ"),
        ("language", "klingon"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "XAU"),
        ("currency", "DEM"),
        ("state", "Karnatka"),
        ("state", "California"),
        ("time_zone", "../../etc/passwd"),
        ("plan", "gold"),
        ("host", "not a host"),
        ("host", "-x.example"),
        ("host", "Localhost"),
        ("name", ""),
        ("name", "x" * 121),
    ],
)
def test_every_wrong_value_is_named(db: None, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        provisioning.open_store(slug="tea-house", **{**WANTED, field: value})
    assert list(refused.value.fields) == [field]
    assert not Store.objects.filter(slug="tea-house").exists()


@pytest.mark.parametrize("typed", ["KA", "ka", "Karnataka", "IN-KA", "29", "ಕರ್ನಾಟಕ"])
def test_the_state_is_kept_by_its_code(db: None, typed: str) -> None:
    store = provisioning.register_store(slug="tea-house", state=typed, **WANTED)
    assert store.home_region == "KA"


@pytest.mark.parametrize(
    ("country", "language"),
    [
        ("IN", "en-IN"),
        ("US", "en"),
        ("GB", "en-GB"),
        ("DE", "de"),
        ("AT", "de-AT"),
        ("CH", "de-CH"),
        ("FR", "fr"),
        ("MX", "es-MX"),
        ("BR", "pt-BR"),
        ("JP", "ja"),
        ("AE", "ar"),
        ("CW", "nl"),
        ("AQ", "en"),
    ],
)
def test_a_store_starts_in_the_language_of_its_country(country: str, language: str) -> None:
    assert language_of(country) == language


def test_the_language_of_every_country_can_be_chosen() -> None:
    offered = {code for code, _name in language_choices()}
    assert {language_of(country) for country, _name in country_choices()} <= offered


def test_currencies_of_islands_open_a_store_that_sells(db: None) -> None:
    for currency, country in (("XCG", "CW"), ("ZWG", "ZW")):
        wanted = {**WANTED, "currency": currency, "country": country}
        assert (
            provisioning.register_store(slug=f"s-{currency.lower()}", **wanted).currency == currency
        )


def test_a_slug_in_use_is_a_field_error(store: Any) -> None:
    with pytest.raises(SlugTaken) as refused:
        provisioning.open_store(slug=store.slug, **WANTED)
    assert list(refused.value.fields) == ["slug"]


def test_a_host_in_use_is_a_field_error(store: Any) -> None:
    with pytest.raises(HostTaken) as refused:
        provisioning.open_store(slug="tea-house", host="ALPHA.localhost", **WANTED)
    assert list(refused.value.fields) == ["host"]
    assert not Store.objects.filter(slug="tea-house").exists()


def test_a_deleted_stores_slug_gets_another_schema(db: None) -> None:
    first = provisioning.open_store(slug="tea-house", **WANTED).store
    schema = first.schema_name
    first.delete()
    assert provisioning.open_store(slug="tea-house", **WANTED).store.schema_name != schema


def test_an_unknown_kind_of_database_is_refused_with_what_there_is(db: None) -> None:
    with pytest.raises(PlacementNotSupported) as refused:
        provisioning.open_store(slug="tea-house", database_type="oracle", **WANTED)
    assert refused.value.fields == {
        "database_type": [f"Supported here: {', '.join(list_offered())}."]
    }
    assert not Store.objects.filter(slug="tea-house").exists()


def test_asking_again_gives_the_same_job(db: None) -> None:
    job = provisioning.open_store(slug="tea-house", **WANTED)
    assert provisioning.request_provisioning(store=job.store) == job
    assert ProvisioningJob.objects.filter(store=job.store).count() == 1


def test_asking_for_another_place_is_refused(db: None) -> None:
    job = provisioning.open_store(slug="tea-house", **WANTED)
    config = {"host": "db", "database": "d", "user": "u", "password": "p"}
    with pytest.raises(Conflict):
        provisioning.request_provisioning(
            store=job.store, database_type="postgresql", config=config
        )
    job.store.refresh_from_db()
    assert job.store.database_type == "shared"


def test_a_failed_job_is_tried_again_and_a_finished_one_is_not(db: None) -> None:
    job = provisioning.open_store(slug="tea-house", **WANTED)
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, error="no")
    again = provisioning.retry_provisioning(job)
    assert (again.pk, again.status, again.error) == (job.pk, JobStatus.QUEUED, "")
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.SUCCEEDED)
    with pytest.raises(JobNotRetryable):
        provisioning.retry_provisioning(job)


def test_suspending_and_restoring_are_the_only_moves_of_an_open_store(store: Any) -> None:
    assert (
        store_status.suspend_store(store=store, reason="Not paid").status == StoreStatus.SUSPENDED
    )
    assert (
        store_status.suspend_store(store=store, reason="Not paid").status == StoreStatus.SUSPENDED
    )
    assert store_status.reinstate_store(store=store).status == StoreStatus.ACTIVE


def test_a_store_in_the_making_cannot_be_suspended(db: None) -> None:
    store = provisioning.open_store(slug="tea-house", **WANTED).store
    with pytest.raises(TransitionNotAllowed):
        store_status.suspend_store(store=store, reason="Not paid")
    assert Store.objects.get(pk=store.pk).status == StoreStatus.PROVISIONING


def test_one_primary_host_at_a_time(store: Any) -> None:
    services.add_domain(store=store, host="Shop.Example.", is_primary=True)
    hosts = {domain.domain: domain.is_primary for domain in Domain.objects.filter(tenant=store)}
    assert hosts == {"alpha.localhost": False, "shop.example": True}


def test_the_primary_host_stays(store: Any) -> None:
    with pytest.raises(Conflict):
        services.remove_domain(domain=store.domains.get(is_primary=True))
    assert store.domains.count() == 1


def test_a_store_row_is_not_a_context_manager(store: Any) -> None:
    with pytest.raises(TypeError), store:
        pass
    with pytest.raises(TypeError):
        store.activate()


@pytest.mark.django_db(transaction=True)
def test_opening_the_same_store_twice_at_once_opens_one() -> None:
    answers: list[Any] = []
    barrier = threading.Barrier(4)

    def open_it() -> None:
        barrier.wait(10)
        try:
            answers.append(provisioning.open_store(slug="twice-at-once", start=False, **WANTED))
        except (
            SlugTaken,
            HostTaken,
        ) as refused:  # whichever name is looked at when the first commits
            answers.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    try:
        assert sum(isinstance(answer, ProvisioningJob) for answer in answers) == 1
        assert sum(isinstance(answer, SlugTaken | HostTaken) for answer in answers) == 3
        assert Store.objects.filter(slug="twice-at-once").count() == 1
        assert Subscription.objects.filter(store__slug="twice-at-once").count() == 1
    finally:
        with transaction.atomic(using="platform"):
            Store.objects.filter(slug="twice-at-once").delete()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("चाय की दुकान", "cay-ki-dukan"),
        ("Café Über", "cafe-uber"),
        ("Support", "support-2"),
        ("🎁", "gift"),
        ("★", "shop-2"),
    ],
)
def test_a_store_without_a_short_name_gets_one_of_its_name(db: None, name: str, slug: str) -> None:
    job = provisioning.open_store(**{**WANTED, "name": name}, start=False)
    assert (job.store.name, job.store.slug) == (name, slug)
    assert job.store.domains.get().domain.startswith(f"{slug}.")
    again = provisioning.open_store(**{**WANTED, "name": name}, start=False)
    assert again.store.slug not in (slug, "")


def test_a_wrong_short_name_is_told_in_words(db: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        provisioning.open_store(slug="Bad Slug!", **WANTED)
    assert refused.value.fields == {
        "slug": ["Lower-case letters, digits and single hyphens, such as tea-house."]
    }


def test_a_host_in_letters_of_any_script_is_kept_as_domain_names_are(store: Any) -> None:
    assert services.add_domain(store=store, host="मसाला.भारत.").domain == "xn--r2biryb.xn--h2brj9c"
    job = provisioning.open_store(
        slug="tea-house", host="मसाला-दुकान.example", start=False, **WANTED
    )
    assert job.store.domains.get().domain == "xn----uud4cj0ay5b9bbd5a.example"
    for host, sentence in (
        ("💩.example", "U+1F4A9"),
        ("shop.example:80", "without a port"),
        ("", "required"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.add_domain(store=store, host=host)
        assert sentence in refused.value.fields["host"][0]
