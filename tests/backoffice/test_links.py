"""Both admins are walked link by link: no dead end, no empty link, no link without words."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.tenancy.context import use_store
from tests.backoffice.sessions import rename_session

# Pages of one kind are alike: of each kind so many are opened, and so many of a list's orders and filters.
ALIKE = 2
QUERIES_OF_A_PAGE = 4
START, LOG_OUT = "/admin/", "/admin/logout/"
KEY = re.compile(r"/([0-9a-f]{24}|[0-9a-f-]{36}|\d+)/")


class Links(HTMLParser):
    """Links of a page with the words that a screen reader says for them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, str]] = []
        self.open: list[Any] = []
        self.depth_of_template = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.depth_of_template += tag == "template"
        if tag == "a" and not self.depth_of_template:
            is_scripted = any(name.startswith(("@click", "x-on:", ":href")) for name in given)
            words = given.get("aria-label") or given.get("title") or ""
            self.open.append([given.get("href"), words, is_scripted])
        elif tag == "img" and self.open:
            self.open[-1][1] += given.get("alt") or ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1][1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self.depth_of_template -= tag == "template"
        if tag == "a" and self.open:
            href, words, is_scripted = self.open.pop()
            if not is_scripted:
                self.found.append((href, words))


def walk(client: Client, queries: int = QUERIES_OF_A_PAGE, alike: int = ALIKE) -> Iterator[str]:
    """Every fault, as `page: what is wrong`. Breadth first, so that the menu comes before the depths."""
    waiting, seen, opened = [(START, START)], {START}, Counter[str]()
    while waiting:
        url, seen_on = waiting.pop(0)
        answer = client.get(url, follow=True)
        if answer.status_code >= 400:
            yield f"{seen_on}: {url} answers {answer.status_code}"
            continue
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        here = answer.request["PATH_INFO"]
        if not here.startswith("/admin/"):
            continue
        for href, words in Links(answer.content.decode()).found:
            if not href or not words:
                yield f"{url}: a link to {href!r} says {words!r}"
                continue
            target = _inside(urljoin(here, href))
            if target and target not in seen and _is_worth_it(target, opened, queries, alike):
                seen.add(target)
                waiting.append((target, url))


def _inside(href: str) -> str:
    """The path and query of a link to this admin, else nothing: pages of the shop are walked by tests of their own."""
    parts = urlsplit(urldefrag(href)[0])
    if parts.scheme or parts.netloc or not parts.path.startswith("/admin/"):
        return ""
    if parts.path == LOG_OUT:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_worth_it(target: str, opened: Counter[str], queries: int, alike: int) -> bool:
    path, has_query, _ = target.partition("?")
    kind = f"{path}?" if has_query else KEY.sub("/*/", path)
    opened[kind] += 1
    return opened[kind] <= (queries if has_query else alike)


DEPTHS = pytest.mark.parametrize(
    ("queries", "alike"),
    [(1, 1), pytest.param(QUERIES_OF_A_PAGE, ALIKE, marks=pytest.mark.soak)],
)


@pytest.mark.matrix
@pytest.mark.timeout(900)
@DEPTHS
def test_no_dead_end_in_a_stores_admin(owner: Client, queries: int, alike: int) -> None:
    assert list(walk(owner, queries, alike)) == []


@pytest.mark.timeout(900)
@DEPTHS
def test_no_dead_end_in_the_platforms_admin(
    operator: Client, store: Any, queries: int, alike: int
) -> None:
    assert list(walk(operator, queries, alike)) == []


@pytest.mark.matrix
@pytest.mark.parametrize("role", [Role.FULFILMENT, Role.CATALOG, Role.SUPPORT, Role.READ_ONLY])
def test_no_dead_end_for_other_roles(
    store: Any,
    owner: Client,
    client_for: Callable[..., Client],
    role: Role,
) -> None:
    """A menu or a page that leads to "not allowed" is a dead end, too."""
    client = client_for(store)
    with use_store(store):
        person = User.objects.create_user(f"{role}@example.com", None, is_staff=True)
        accounts.set_role(user=person, role=role)
        client.force_login(person)
    assert list(walk(rename_session(client, f"session_{store.slug}"), queries=0)) == []
