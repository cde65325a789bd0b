"""The whole demo, store by store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.common.clock import moved_to
from apps.common.progress import Progress, ignore_progress, part_of_progress
from apps.content import services as content
from apps.demo.services.all_stories import STORIES
from apps.demo.services.billing import make_bills, make_rates, make_seller
from apps.demo.services.carts import set_cart_rules
from apps.demo.services.counts import make_bundles, make_counts
from apps.demo.services.dates import joined_at, opened_at
from apps.demo.services.delivery import deliver_from
from apps.demo.services.drafts import make_drafts
from apps.demo.services.gift_card import code_of, make_gift_card, sell_gift_cards
from apps.demo.services.offers import make_offers
from apps.demo.services.pages import publish_pages
from apps.demo.services.prices import make_prices
from apps.demo.services.requests import make_requests
from apps.demo.services.sales import make_sales
from apps.demo.services.shelves import fill_shelves, list_missing
from apps.demo.services.warehouses import make_warehouses
from apps.demo.services.ways_to_pay import offer_ways_to_pay
from apps.demo.shops import SHOPS, Shop
from apps.insight.rebuilding import rebuild_figures
from apps.operations import store_status
from apps.orders.models import Order
from apps.platform import services as platform
from apps.platform.auditing import as_one_note
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.provisioning import services as provisioning
from apps.search.models import Synonym
from apps.tenancy.context import system_scope, use_store

STAFF = (
    ("owner", Role.OWNER),
    ("manager", Role.MANAGER),
    ("packing", Role.FULFILMENT),
)
_FILLING = "The demo is being loaded."


@dataclass(frozen=True)
class Login:
    who: str
    email: str
    password: str


def load_demo(
    *, watch: Progress = ignore_progress, pictures: bool = True, only: str = ""
) -> list[Login]:
    """Make or complete the demo; the logins one can use. Needs ADMIN_EMAIL, ADMIN_PASSWORD and DEMO_PASSWORD.

    A shop that is not whole says that it opens soon, and opens when it is. `only`: the slug of one shop.
    """
    logins = [load_platform()]
    shops = [shop for shop in SHOPS if only in ("", shop.slug)]
    for number, shop in enumerate(shops):
        store = _open(shop)
        part = part_of_progress(watch, number / len(shops), (number + 1) / len(shops))
        with (
            system_scope("demo"),
            _closed_until_whole(shop, store),
            use_store(store),
            as_one_note("demo.loaded", f"The demo of {shop.name}"),
        ):
            _fill(shop, part, pictures=pictures)
            make_bills(shop=shop, store=store)
        logins += _logins_of(shop)
    with system_scope("demo"):
        rebuild_figures()
    return logins


def _fill(shop: Shop, watch: Progress, *, pictures: bool) -> None:
    _make_people(shop, os.environ["DEMO_PASSWORD"])
    _dress(shop)
    publish_pages(shop=shop)
    fill_shelves(shop=shop, watch=part_of_progress(watch, 0, 0.5), pictures=pictures)
    make_bundles()
    make_sales(shop=shop, watch=part_of_progress(watch, 0.5, 1))
    make_offers(shop=shop)
    make_prices(shop=shop)
    offer_ways_to_pay(shop=shop)
    set_cart_rules(shop=shop)
    make_drafts(shop=shop)
    make_requests(shop=shop)
    sell_gift_cards(shop=shop)
    make_gift_card(shop=shop)
    make_warehouses(shop=shop)
    make_counts(shop=shop)


@contextmanager
def _closed_until_whole(shop: Shop, store: Store) -> Iterator[None]:
    """Visitors don't see a shop that is being filled. A complete shop keeps the status that its operator set."""
    with use_store(store):
        is_whole = not list_missing(shop) and Order.objects.count() >= len(STORIES)
    is_closed = not is_whole and store.status == StoreStatus.ACTIVE
    if is_closed:
        store_status.set_published(store=store, is_published=False, reason=_FILLING)
    yield
    if is_closed:
        store_status.set_published(store=store, is_published=True)


def load_platform() -> Login:
    """The plans, and the platform's first administrator, from the environment."""
    platform.seed_plans()
    make_seller()
    make_rates()
    email, password = os.environ["ADMIN_EMAIL"], os.environ["ADMIN_PASSWORD"]
    if not User.objects.filter(email=email).exists():
        User.objects.create_superuser(email, password, role=Role.OWNER)
    return Login("the platform's administrator", email, password)


def _open(shop: Shop) -> Store:
    store = Store.objects.filter(slug=shop.slug).first()
    if store is None:
        job = provisioning.open_store(
            name=shop.name,
            slug=shop.slug,
            owner=User.objects.filter(is_superuser=True).first(),
            currency=shop.currency,
            country=shop.country,
            state=shop.state,
            language=shop.language,
            time_zone=shop.time_zone,
            plan="professional",
        )
    else:
        job = store.provisioning_job
    if job.store.status == StoreStatus.PROVISIONING:
        provisioning.run_provisioning(job)
    return Store.objects.get(slug=shop.slug)


def _logins_of(shop: Shop) -> list[Login]:
    password = os.environ["DEMO_PASSWORD"]
    return [
        Login(f"the owner of {shop.name}", f"owner@{shop.slug}.example", password),
        Login(f"a customer of {shop.name}", shop.people[0].email, password),
        Login(f"a gift card of {shop.name}", "its code, at checkout", code_of(shop)),
    ]


def _make_people(shop: Shop, password: str) -> None:
    """Staff in three roles and the customers, each with an address."""
    for name, role in STAFF:
        _person(f"{name}@{shop.slug}.example", password, role, opened_at(), first_name=name.title())
    for number, customer in enumerate(shop.people):
        person = _person(
            customer.email,
            password,
            Role.CUSTOMER,
            joined_at(shop, number, len(STORIES)),
            first_name=customer.first,
            last_name=customer.last,
        )
        if person is not None:
            accounts.save_address(user=person, values=shop.address_of(number))


def _person(email: str, password: str, role: Role, since: datetime, **profile: str) -> User | None:
    """All of them have one password, which is hashed once: a hash takes a third of a second."""
    if User.objects.filter(email=email).exists():
        return None
    with moved_to(since):
        person = accounts.create_user(email=email, password=None, role=role, **profile)
    known = _hash_of(password)
    User.objects.filter(pk=person.pk).update(created_at=since, password=known)
    return person


@cache
def _hash_of(password: str) -> str:
    return make_password(password)


def _dress(shop: Shop) -> None:
    """Theme, the state it sells from, a second way of shipping, and words that mean the same."""
    content.save_theme(
        values={
            "brand": shop.brand,
            "accent": shop.accent,
            "fonts": shop.fonts,
            "tagline": shop.tagline,
            "hero_title": shop.hero_title,
            "hero_text": shop.hero_text,
            "announcement": shop.announcement,
            "contact_email": f"hello@{shop.slug}.example",
        }
    )
    TaxSettings.objects.filter(key="store", origin_region="").update(origin_region=shop.state)
    factor = 1 if shop.currency == "USD" else 10
    ShippingMethod.objects.get_or_create(
        code="express",
        defaults={
            "name": "Express",
            "currency": shop.currency,
            "countries": [shop.country],
            "amount_minor": 1490 * factor,
            "estimate_days_min": 1,
            "estimate_days_max": 2,
            "position": 1,
        },
    )
    ShippingMethod.objects.filter(code="standard").update(
        free_above_minor=7500 if shop.currency == "USD" else 99900
    )
    deliver_from(shop)
    for words in shop.synonyms:
        Synonym.objects.get_or_create(words=words)
