"""A link at once in two browsers, and crashes while a visit begins."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.accounts.errors import LinkNotValid
from apps.accounts.models import User
from apps.accounts.visiting import services as visiting
from apps.events.models import AuditEntry
from apps.platform.models import Store, StoreVisit, VisitEnd
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(Exception):
    pass


@pytest.fixture
def link(throwaway_store: Store) -> dict[str, str]:
    """Its token and host."""
    email = f"visitor-{secrets.token_hex(4)}@platform.example"
    person = User.objects.create_superuser(email, "a-long-password-1")
    made = visiting.make_link(store=throwaway_store, person=person, reason="A question.")
    parts = urlsplit(made)
    return {"token": parse_qs(parts.query)["link"][0], "host": str(parts.hostname)}


def begun(store: Store) -> int:
    with seeing_all(store):
        return AuditEntry.objects.filter(action="store.visit_begun").count()


def test_of_many_presses_at_once_one_begins_the_visit(
    throwaway_store: Store, link: dict[str, str]
) -> None:
    calls = [lambda: visiting.enter(**link)] * 4
    answers = run_at_once(throwaway_store, calls)
    assert [type(error) for error in fails(answers)] == [LinkNotValid] * 3
    assert begun(throwaway_store) == 1


def test_of_two_ends_at_once_one_is_noted(throwaway_store: Store, link: dict[str, str]) -> None:
    with use_store(throwaway_store):
        visit = visiting.enter(**link)
    calls = [lambda: visiting.end_visit(visit, by=VisitEnd.BUTTON)] * 4
    assert sorted(run_at_once(throwaway_store, calls)) == [False, False, False, True]
    with seeing_all(throwaway_store):
        assert AuditEntry.objects.filter(action="store.visit_ended").count() == 1


def test_a_crash_before_the_store_knows_begins_nothing(
    throwaway_store: Store, link: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch, use_store(throwaway_store):
        patch.setattr(visiting, "mail_owners", crash)
        with pytest.raises(Crash):
            visiting.enter(**link)
    assert begun(throwaway_store) == 0
    assert StoreVisit.objects.get(store=throwaway_store).entered_at is None


def test_a_crash_after_the_store_knows_leaves_the_link_good(
    throwaway_store: Store, link: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has an entry of a visit that did not begin; never a visit without an entry."""

    def crash(*_args: Any, **_more: Any) -> None:
        raise Crash

    with use_store(throwaway_store):
        with monkeypatch.context() as patch:
            patch.setattr(StoreVisit, "save", crash)
            with pytest.raises(Crash):
                visiting.enter(**link)
        assert begun(throwaway_store) == 1
        assert StoreVisit.objects.get(store=throwaway_store).entered_at is None
        assert visiting.enter(**link).entered_at is not None
