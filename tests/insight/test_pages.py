"""The platform's people read the figures: the page, its files, the API. A store has none of it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.billing.services import change_plan
from apps.common.clock import now, today
from apps.common.ids import new_id
from apps.insight.models import AgreementChange, ExchangeRate
from apps.insight.rebuilding import rebuild_figures
from apps.platform.models import Store, UsageMetric
from apps.tenancy.context import outside_store, system_scope
from tests.api.shop import PASSWORD, Api, make_user
from tests.backoffice.sessions import log_in, rename_session
from tests.billing.making import counting, make_seller, plan
from tests.support.acting import seeing_all
from tests.support.tables import read_csv

pytestmark = pytest.mark.django_db
PAGE = "/admin/figures/"
MOST_STATEMENTS = 20


@pytest.fixture
def operator(db: None, client_for: Callable[..., Client]) -> Client:
    return log_in(client_for(None), User.objects.create_superuser("op@example.com", PASSWORD))


def backdate(*stores: Store) -> None:
    """As if they had been opened 40 days ago, before agreements were recorded."""
    AgreementChange.objects.all().delete()
    begin = now() - timedelta(days=40)
    Store.objects.filter(pk__in=[one.pk for one in stores]).update(created_at=begin)
    for one in stores:
        one.subscriptions.update(created_at=begin)


@pytest.fixture
def figures(store: Store, other_store: Store) -> None:
    """Two stores that pay, in rupees and in dollars, and sold something yesterday."""
    with outside_store(), system_scope("test"):
        make_seller()
        backdate(store, other_store)
        day = {"on": today() - timedelta(days=1), "orders_created": 4, "api_calls": 7}
        for one, value in ((store, 240_000), (other_store, 900)):
            UsageMetric.objects.filter(store=one).delete()
            UsageMetric.objects.create(store=one, orders_value_minor=value, currency=one.currency, **day)  # fmt: skip
    change_plan(store=store, plan=plan("starter"))
    change_plan(store=other_store, plan=plan("starter"), interval="annual")
    with outside_store(), system_scope("test"):
        rebuild_figures(first=today() - timedelta(days=40))


def test_amounts_are_converted_by_the_rate_of_their_day_or_named(
    figures: None, operator: Client
) -> None:
    page = operator.get(PAGE).content.decode()
    assert "there is no exchange rate: INR" in page
    assert "$24.17" in page, "290 dollars a year"
    with outside_store():
        ExchangeRate.objects.create(currency="INR", on=today() - timedelta(days=1), rate=Decimal("0.01"))  # fmt: skip
        ExchangeRate.objects.create(currency="INR", on=today() - timedelta(days=90), rate=Decimal("9"))  # fmt: skip
    page = operator.get(PAGE).content.decode()
    assert "there is no exchange rate" not in page
    assert "$39.16" in page, "14.99 of 1,499 rupees more"
    alone = operator.get(PAGE, {"currency": "INR"}).content.decode()
    assert "₹1,499.00" in alone
    assert "$24.17" not in alone.split("Revenue by months")[0]
    days = {
        row["day"]: row for row in read_csv(operator.get(f"{PAGE}export/days/", {"format": "csv"}))
    }
    now, before = days[f"{today()}"], days[f"{today() - timedelta(days=1)}"]
    assert (now["mrr"], now["new"], now["currency"]) == ("39.16", "39.16", "USD")
    assert (before["gmv"], before["orders"], before["mrr"]) == ("33.00", "8", "0.00")
    for table in ("months", "cohorts"):
        assert read_csv(operator.get(f"{PAGE}export/{table}/"))
    assert operator.get(f"{PAGE}export/days/", {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert operator.get(f"{PAGE}export/other/").status_code == 404


@pytest.mark.parametrize(
    "query", ["begin=x", "begin=2027-02-31", "end=2020-01-01&begin=2021-01-01", "days=7", "begin=2001-01-01", "currency=EUROS"]
)  # fmt: skip
def test_what_can_not_be_read_is_said_and_the_usual_days_are_shown(
    operator: Client, query: str
) -> None:
    assert 'role="alert"' in operator.get(f"{PAGE}?{query}").content.decode()
    assert operator.get(f"{PAGE}export/days/?{query}").status_code == 302


def test_statements_do_not_grow_with_stores_and_an_empty_page_says_what_to_do(
    store: Store, other_store: Store, operator: Client
) -> None:
    page = operator.get(PAGE).content.decode()
    assert "There are no figures yet." in page
    counts, lists = [], []
    for more in (0, 12):
        with outside_store(), system_scope("test"):
            for number in range(more):
                copy = Store.objects.get(pk=store.pk)
                copy.pk, copy.slug, copy.schema_name = new_id(), f"copy{number}", f"s_copy{number}"
                Store.objects.bulk_create([copy])
                UsageMetric.objects.create(
                    store=copy,
                    on=today(),
                    orders_created=3,
                    api_calls=9 * number,
                    api_p50_ms=8,
                    api_p95_ms=number,
                )
            rebuild_figures()
        with counting() as asked:
            assert operator.get(PAGE).status_code == 200
        with counting() as of_stores:
            assert operator.get("/admin/platform/store/").status_code == 200
        lists.append(len(of_stores))
        counts.append(len(asked))
        assert len(asked) <= MOST_STATEMENTS, [query["sql"] for query in asked]
    assert counts[0] == counts[1]
    assert lists[0] == lists[1]
    assert operator.get("/admin/insight/storespan/?days=90").context["cl"].result_count == 14
    assert (
        operator.get("/admin/insight/storespan/?days=30&help=orders").context["cl"].result_count
        == 0
    )
    slow = operator.get("/admin/insight/storespan/?days=90&calls=many&o=-8").context["cl"]
    assert [row.api_p95_ms for row in slow.result_list] == []
    slow = operator.get("/admin/insight/storespan/?days=90&o=-8").context["cl"]
    assert [row.api_p95_ms for row in slow.result_list] == [*range(11, 0, -1), None, None, None]
    table = read_csv(
        operator.get("/admin/insight/storespan/export/", {"days": "90", "format": "csv"})
    )
    assert (len(table), table[0]["orders"], table[0]["days"]) == (14, "3", "90")
    assert {row["api_p95_ms"] for row in table} == {"", *map(str, range(1, 12))}
    assert operator.post(f"{PAGE}rebuild/").status_code == 302


def test_only_who_sees_invoices_sees_figures_and_no_store_does(
    figures: None, store: Store, client_for: Callable[..., Client]
) -> None:
    colleague = User.objects.create_user("colleague@example.com", PASSWORD, is_staff=True)
    client = log_in(client_for(None), colleague)
    for address in (PAGE, f"{PAGE}export/days/", "/admin/insight/storespan/"):
        assert client.get(address).status_code == 403, address
    assert client.post(f"{PAGE}rebuild/").status_code == 403
    with seeing_all(store):
        owner = client_for(store)
        owner.force_login(make_user(store, Role.OWNER))
    assert rename_session(owner, f"session_{store.slug}").get(PAGE).status_code == 404
    api = Api(None)
    token = api.post("auth/login", {"email": colleague.email, "password": PASSWORD}).json()
    refused = api.with_headers(authorization=f"Bearer {token['access']}")
    for name in ("days", "revenue", "sales", "cohorts", "stores", "definitions"):
        assert api.get(f"admin/analytics/{name}").status_code == 401, name
        assert refused.get(f"admin/analytics/{name}").status_code == 403, name
        assert Api(store).get(f"admin/analytics/{name}").status_code == 404, name


def test_the_api_has_the_same_figures_in_bounded_ranges(figures: None) -> None:
    boss = User.objects.create_superuser("boss@platform.example", PASSWORD)
    api = Api(None)
    answer = api.post("auth/login", {"email": boss.email, "password": PASSWORD})
    caller = api.with_headers(authorization=f"Bearer {answer.json()['access']}")

    def get(path: str) -> Any:
        found = caller.get(f"admin/analytics/{path}")
        assert found.status_code == 200, found.content
        return found.json()

    days = get(f"days?begin={today() - timedelta(days=1)}")
    assert [row["gmv"]["amount"] for row in days["results"]] == ["9.00", "0.00"]
    assert days["results"][1]["moved"]["new"] == {"amount": "24.17", "currency": "USD"}
    assert days["notConverted"] == ["INR"]
    revenue = get(f"revenue?begin={today()}")["results"]
    assert [(row["currency"], row["mrr"]["amount"]) for row in revenue] == [("INR", "1499.00"), ("USD", "24.17")]  # fmt: skip
    sold = get("sales")["results"]
    assert {row["gmv"]["amount"] for row in sold} >= {"2400.00", "9.00"}
    assert get("cohorts")["results"]
    first = get("stores?limit=1")
    assert len(first["results"]) == 1
    assert {"apiP50Ms", "apiP95Ms"} <= first["results"][0].keys()
    assert len(caller.get(first["next"][first["next"].index("/api/") :]).json()["results"]) == 1
    assert {row["code"] for row in get("definitions")["results"]} >= {"mrr", "churn", "gmv"}
    for query in ("begin=x", "begin=2001-01-01", "end=2027-13-01", "begin=2999-01-01", "from=1", "currency=EUROS"):  # fmt: skip
        wrong = caller.get(f"admin/analytics/days?{query}")
        assert wrong.status_code == 400, query
        assert wrong.json()["error"]["fields"], query
