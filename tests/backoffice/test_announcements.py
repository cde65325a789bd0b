"""What the platform says to stores' staff: to whom, when, and hidden by each person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.roles import Role
from apps.common.clock import moved_to, now
from apps.events.models import AuditEntry
from apps.platform.models import Announcement, Plan
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db
LIST = "/admin/platform/announcement/"


@pytest.fixture
def signed_in(client_for: Callable[..., Client]) -> Callable[..., Client]:
    def sign_in(store: Any, role: Role = Role.OWNER) -> Client:
        client = client_for(store)
        with seeing_all(store):
            client.force_login(make_user(store, role))
        return rename_session(client, f"session_{store.slug}")

    return sign_in


def announce(title: str, **more: Any) -> Announcement:
    ends = now() + timedelta(hours=1)
    return Announcement.objects.create(**{"title": title, "shown_until": ends, **more})


def forget(*stores: Any) -> None:
    """As after a minute."""
    for store in stores:
        with use_store(store, actor=STAFF):
            cache.delete("announcements")


def titles(client: Client, address: str = "/admin/plan/") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [row.title for row in answer.context["announcements"]]


def test_staff_read_what_is_for_their_store_now(
    store: Any, other_store: Any, signed_in: Callable[..., Client]
) -> None:
    own, other = Plan.objects.get(pk=store.plan_id), Plan.objects.create(name="Spare", code="spare")
    announce("For all")
    announce("Ours", store=store, kind="warning")
    announce("Of our plan", plan=own)
    announce("Another plan", plan=other)
    announce("Theirs", store=other_store)
    announce("Later", shown_from=now() + timedelta(minutes=30))
    announce("Over", shown_from=now() - timedelta(days=9), shown_until=now() - timedelta(days=8))
    owner = signed_in(store)
    assert titles(owner) == ["Ours", "Of our plan", "For all"], "warnings first, then the latest"
    stranger = signed_in(other_store, Role.FULFILMENT)
    assert "Theirs" in titles(stranger, "/admin/announcements/")
    assert "Ours" not in titles(stranger, "/admin/announcements/")
    page = owner.get("/admin/announcements/")
    listed = [row.title for row in page.context["rows"]]
    assert set(listed) == {"For all", "Ours", "Of our plan", "Over"}
    for before_login in ("/admin/login/?next=/admin/", "/"):
        Client().get(before_login)
    assert (
        b"For all"
        not in Client(headers={"host": f"{store.slug}.localhost"})
        .get("/admin/login/?next=/admin/")
        .content
    )


def test_it_costs_no_statement_on_later_pages_and_is_seen_within_a_minute(
    store: Any, signed_in: Callable[..., Client], django_assert_num_queries: Any
) -> None:
    owner = signed_in(store)
    assert titles(owner) == []
    announce("For all")
    assert titles(owner) == [], "the minute is not over"
    forget(store)
    assert titles(owner) == ["For all"]
    Announcement.objects.all().delete()
    assert titles(owner) == ["For all"], "from the cache"
    with moved_to(now() + timedelta(hours=2)):
        owner = signed_in(store, Role.MANAGER)
        assert titles(owner, "/admin/announcements/") == [], "what is over is gone at once"


def test_a_person_hides_it_for_themselves(store: Any, signed_in: Callable[..., Client]) -> None:
    row = announce("For all")
    owner, colleague = signed_in(store), signed_in(store, Role.MANAGER)
    assert titles(owner) == titles(colleague) == ["For all"]
    url = f"/admin/announcements/{row.pk}/hide/"
    answer = owner.post(url, {"next": "/admin/plan/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/plan/?a=1")
    assert (titles(owner), titles(colleague)) == ([], ["For all"])
    for hostile in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "",
    ):
        assert owner.post(url, {"next": hostile}).headers["Location"] == "/admin/"
    assert owner.get(url).headers["Location"] == "/admin/announcements/"
    assert titles(owner, "/admin/announcements/") == []
    assert "For all" in owner.get("/admin/announcements/").content.decode(), "the page has all"


def test_times_are_by_the_stores_clock_and_texts_are_no_markup(
    store: Any, signed_in: Callable[..., Client]
) -> None:
    announce(
        "<b>Work</b>",
        kind="maintenance",
        text="Read https://status.example/x <script>alert(1)</script>",
        work_from=datetime(2026, 12, 5, 20, 30, tzinfo=UTC),
        work_until=datetime(2026, 12, 5, 22, 30, tzinfo=UTC),
    )
    page = signed_in(store).get("/admin/plan/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;Work" in page
    assert '<a href="https://status.example/x" rel="nofollow">' in page
    assert "6 Dec 2026" in page or "Dec. 6, 2026" in page or "6 December 2026" in page, (
        "in India it is the next day"
    )


def test_the_platform_writes_changes_and_ends_one(
    store: Any, operator: Client, signed_in: Callable[..., Client]
) -> None:
    moments = {
        "shown_from_0": "2026-12-01",
        "shown_from_1": "00:00",
        "shown_until_0": "2099-12-01",
        "shown_until_1": "00:00",
    }
    empty = {
        "work_from_0": "",
        "work_from_1": "",
        "work_until_0": "",
        "work_until_1": "",
        "plan": "",
        "store": "",
    }
    given = {
        "kind": "news",
        "title": "  Prices\u200b change ",
        "text": "From 2100",
        **moments,
        **empty,
    }
    with moved_to(datetime(2026, 12, 2, tzinfo=UTC)):
        assert operator.post(f"{LIST}add/", given).status_code == 302
        (row,) = Announcement.objects.all()
        assert row.title == "Prices change"
        assert row.written_by.startswith("operator-")
        assert titles(signed_in(store)) == ["Prices change"]
        operator.post(LIST, {"action": "end_now", "_selected_action": str(row.pk)})
        forget(store)
        assert titles(signed_in(store, Role.MANAGER)) == []
    actions = AuditEntry.objects.filter(target_ref=str(row.pk)).values_list("action", flat=True)
    assert set(actions) == {"announcement.created", "announcement.changed"}
    page = operator.get(LIST).content.decode()
    assert "over" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"shown_until_0": "2026-11-01"}, "shown_until"),
        ({"shown_until_0": "9999-12-31"}, "shown_until"),
        ({"shown_from_0": "0001-01-01"}, "shown_from"),
        (
            {
                "work_from_0": "2026-12-03",
                "work_from_1": "10:00",
                "work_until_0": "9999-12-31",
                "work_until_1": "23:59",
                "kind": "maintenance",
            },
            "work_until",
        ),
        ({"kind": "maintenance"}, "work_from"),
        ({"work_from_0": "2026-12-03", "work_from_1": "10:00"}, "work_from"),
        ({"title": "\u200b"}, "title"),
        ({"text": "x" * 2001}, "text"),
        ({"kind": "shout"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    operator: Client, change: dict[str, str], field: str
) -> None:
    moments = {
        "shown_from_0": "2026-12-01",
        "shown_from_1": "00:00",
        "shown_until_0": "2099-12-01",
        "shown_until_1": "00:00",
    }
    answer = operator.post(
        f"{LIST}add/", {"kind": "news", "title": "A", "text": "", **moments, **change}
    )
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("wrong", ["zz", "\x00", "1"])
@pytest.mark.parametrize("page", ["announcement", "domain", "limitgrant"])
def test_what_is_no_id_of_a_store_is_an_error_of_its_field(
    operator: Client, page: str, wrong: str
) -> None:
    answer = operator.post(f"/admin/platform/{page}/add/", {"store": wrong, "tenant": wrong})
    assert answer.status_code == 200
    assert {"store", "tenant"} & set(answer.context["adminform"].form.errors)
