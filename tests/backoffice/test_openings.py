"""Opening stores in the platform's admin: who may, what a taken name says, hosts and first logins."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import Role, User
from apps.operations.store_status import set_published
from apps.platform.models import Domain, ProvisioningJob, Store
from apps.tenancy.context import use_store
from tests.backoffice.forms import NEW
from tests.backoffice.sessions import PASSWORD, rename_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def looker(client_for: Callable[..., Client]) -> Client:
    """Staff of the platform who may look at openings and nothing else."""
    client = client_for(None)
    person = User.objects.create_user("looker@example.com", PASSWORD, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_provisioningjob"))
    client.force_login(person)
    return rename_session(client, "session_platform")


def test_opening_a_store_leads_to_its_progress(operator: Client) -> None:
    answer = operator.post("/admin/platform/store/add/", NEW)
    job = ProvisioningJob.objects.get(store__slug="newshop")
    assert answer.headers["Location"] == f"/admin/platform/provisioningjob/{job.pk}/change/"
    page = operator.get(answer.headers["Location"])
    assert b"Opening New shop" in page.content
    state = operator.get(f"/admin/platform/provisioningjob/{job.pk}/status.json").json()
    assert state["status"] == "queued"
    assert state["isRunning"] is True


def test_a_store_without_a_short_name_gets_one_of_its_name(operator: Client) -> None:
    answer = operator.post("/admin/platform/store/add/", {**NEW, "slug": "", "name": "चाय घर"})
    assert answer.status_code == 302
    assert ProvisioningJob.objects.get(store__slug="cay-ghr").store.name == "चाय घर"


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "alpha"},
        {"slug": "admin"},
        {"slug": "No Spaces"},
        {"currency": "XXX"},
        {"name": ""},
        {"state": ""},
        {"state": "CA"},
        {"currency": "DEM"},
    ],
)
def test_a_wrong_value_is_an_error_of_its_field(operator: Client, store: Any, wrong: Any) -> None:
    before = Store.objects.count()
    answer = operator.post("/admin/platform/store/add/", {**NEW, **wrong})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert Store.objects.count() == before


def test_the_first_login_is_made_once(operator: Client, store: Any) -> None:
    job = ProvisioningJob.objects.get(store=store)
    url = f"/admin/platform/provisioningjob/{job.pk}/owner/"
    operator.post(url, {"email": "boss@alpha.example", "password": "short"})
    operator.post(url, {"email": "boss@alpha.example", "password": "a-long-password-1"})
    operator.post(url, {"email": "second@alpha.example", "password": "a-long-password-1"})
    with use_store(store):
        people = list(User.objects.filter(is_staff=True).values_list("email", "role"))
    assert people == [("boss@alpha.example", Role.OWNER)]


def test_who_may_only_look_changes_nothing(looker: Client, store: Any) -> None:
    job = ProvisioningJob.objects.get(store=store)
    base = f"/admin/platform/provisioningjob/{job.pk}"
    assert looker.get(f"{base}/status.json").status_code == 200
    values = {"email": "thief@example.com", "password": "a-long-password-1"}
    assert looker.post(f"{base}/owner/", values).status_code == 403
    assert looker.post(f"{base}/retry/").status_code == 403
    with use_store(store):
        assert not User.objects.filter(is_staff=True).exists()


def test_a_host_is_added_once_and_its_store_answers_there(
    operator: Client, store: Any, other_store: Any
) -> None:
    values = {"domain": "shop.example.com", "tenant": str(store.pk)}
    operator.post("/admin/platform/domain/add/", values)
    assert Domain.objects.get(domain="shop.example.com").tenant == store
    again = operator.post("/admin/platform/domain/add/", {**values, "tenant": str(other_store.pk)})
    assert again.status_code == 200
    assert Domain.objects.get(domain="shop.example.com").tenant == store


def test_an_unpublished_store_is_closed_to_visitors_and_open_to_its_staff(
    store: Any, client_for: Callable[..., Client]
) -> None:
    set_published(store=store, is_published=False)
    from apps.platform.selectors import forget_addresses

    forget_addresses()
    client = client_for(store)
    assert client.get("/").status_code == 503
    assert client.get("/api/v1/products").status_code == 503
    assert client.get("/admin/login/?next=/admin/").status_code == 200
    forget_addresses()
