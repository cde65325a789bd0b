"""A live store as a sandbox: a copy that harms nobody, and whose contents can become live."""

import os
import signal
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections
from django.test import Client

from apps import archive
from apps.accounts.models import User
from apps.catalog.documents import Product
from apps.common.errors import Conflict
from apps.content.models import Theme
from apps.events.services import relay_outbox
from apps.gateways.errors import PaymentMethodUnavailable
from apps.inventory.models import StockItem
from apps.notifications.models import SentMail
from apps.notifications.services import SANDBOX_SENDS_NOTHING
from apps.operations import sandboxes
from apps.orders.models import Order
from apps.payments.selectors import list_payment_methods
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place, stock_of
from tests.payments.bank import pay_and_tell
from tests.support.acting import seeing_all
from tests.support.databases import close_store
from tests.support.documents import clean_documents
from tests.support.mails import delivered

pytestmark = [pytest.mark.usefixtures("system_scope"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def live(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
        User.objects.create_user("asha@example.com", "sesame-4711")
    return throwaway_store


@pytest.fixture
def branch(live: Any) -> Iterator[Callable[[], Any]]:
    made: list[Store] = []

    def make() -> Any:
        made.append(sandboxes.branch_store(live, slug=f"{live.slug}-{len(made)}"))
        return made[-1]

    yield make
    for sandbox in made:
        if Store.objects.filter(pk=sandbox.pk).exists():
            clean_documents(sandbox)
            close_store(sandbox)


def test_the_sandbox_is_the_store_and_harms_nobody(
    live: Any, branch: Callable[[], Any], client_for: Callable[..., Client]
) -> None:
    with seeing_all(live):
        goods = make_goods(stock=9)
        place(make_cart(goods))
        before = archive.fingerprint_store(live)
    sandbox = branch()
    assert archive.fingerprint_store(live) == before, "the live store was not touched"
    guest = client_for(sandbox)
    page = guest.get(f"/product/{goods.product.slug}/")
    assert page.status_code == 200
    assert "noindex" in page.content.decode()
    assert "Sandbox." in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    live_page = client_for(live).get("/")
    assert "Sandbox." not in live_page.content.decode()
    assert "X-Robots-Tag" not in live_page.headers
    mail.outbox.clear()
    with seeing_all(Store.objects.get(pk=sandbox.pk)):
        assert Order.objects.count() == 1
        assert next(method.code for method in list_payment_methods()) == "test"
        pay_and_tell(place(make_cart(goods)).payment)
        for _ in range(3):
            relay_outbox()
        assert mail.outbox == []
        assert {one.error for one in SentMail.objects.all()} == {SANDBOX_SENDS_NOTHING}
        assert stock_of(goods) == (9, 1, 1)
    guest.post("/account/password/reset/", {"email": "asha@example.com"})
    assert delivered(Store.objects.get(pk=sandbox.pk)) == []
    with seeing_all(live):
        assert Order.objects.count() == 1
        assert stock_of(goods) == (9, 1, 0)
    client_for(live).post("/account/password/reset/", {"email": "asha@example.com"})
    assert len(delivered(live)) == 1


@pytest.mark.matrix
def test_a_provider_outside_is_never_called(
    live: Any, branch: Callable[[], Any], monkeypatch: Any
) -> None:
    from apps.gateways import installed

    class Outside:
        code, is_test, pays_on_delivery = "outside", False, False

    monkeypatch.setitem(installed._GATEWAYS, "outside", Outside())
    with use_store(live):
        assert installed.get_gateway("outside").code == "outside"
    with use_store(branch()), pytest.raises(PaymentMethodUnavailable):
        installed.get_gateway("outside")


def test_what_was_changed_is_published_and_nothing_else(
    live: Any, branch: Callable[[], Any]
) -> None:
    with use_store(live):
        goods, other = make_goods(stock=9), make_goods(stock=5)
    sandbox = branch()
    assert sandboxes.compare(sandbox) == []
    with seeing_all(sandbox):
        copied = Product.objects.get(slug=goods.product.slug)
        assert copied.pk != goods.product.pk
        Product.objects.filter(pk=copied.pk).update(title="Chai, better")
        new = make_goods(stock=7)
        Theme.objects.update_or_create(key="store", defaults={"brand": "#102030"})
        ShippingMethod.objects.filter(code="standard").update(name="Snail")
        default_storage.save("products/new.txt", ContentFile(b"picture"))
        place(make_cart(new))
        User.objects.create_user("only-here@example.com")
    with use_store(live):
        late = make_goods(stock=3)
    found = {(one.content.name, one.kind, one.title) for one in sandboxes.compare(sandbox)}
    assert ("product", "changed", goods.product.title) in found
    assert ("product", "added", new.product.title) in found
    assert ("product", "only live", late.product.title) in found
    assert not any(title == other.product.title for _, _, title in found)

    done = sandboxes.publish(sandbox)
    assert (done.added >= 1, done.files) == (True, 1)
    with seeing_all(live):
        shown = Product.objects.get(pk=goods.product.pk)
        assert (shown.title, shown.version) == ("Chai, better", goods.product.version + 1)
        arrived = Product.objects.get(slug=new.product.slug)
        assert arrived.variants[0].id == new.variant_ref
        assert Product.objects.filter(pk=late.product.pk).exists()
        assert Theme.objects.get().brand == "#102030"
        assert ShippingMethod.objects.get(code="standard").name == "Snail"
        assert default_storage.open("products/new.txt").read() == b"picture"
        assert Order.objects.count() == 0
        assert not StockItem.objects.filter(variant_ref=new.variant_ref).exists()
        assert list(User.objects.values_list("email", flat=True)) == ["asha@example.com"]
    left = {one.kind for one in sandboxes.compare(sandbox)}
    assert left == {"only live"}, "publishing again has nothing to do"


@pytest.mark.matrix
def test_what_changed_on_both_sides_is_asked_about(live: Any, branch: Callable[[], Any]) -> None:
    from apps.common.clock import now

    with use_store(live):
        goods = make_goods()
    sandbox = branch()
    with use_store(sandbox):
        Product.objects.filter(slug=goods.product.slug).update(title="From the sandbox")
    with use_store(live):
        Product.objects.filter(pk=goods.product.pk).update(title="From the shop", updated_at=now())
    with pytest.raises(Conflict, match="From the shop"):
        sandboxes.publish(sandbox)
    with use_store(live):
        assert Product.objects.get(pk=goods.product.pk).title == "From the shop"
    sandboxes.publish(sandbox, overwrite=True)
    with use_store(live):
        assert Product.objects.get(pk=goods.product.pk).title == "From the sandbox"


def test_thrown_away_nothing_is_left(live: Any, branch: Callable[[], Any]) -> None:
    with use_store(live):
        make_goods()
    sandbox = branch()
    with use_store(live), pytest.raises(Conflict, match="live store"):
        sandboxes.discard_branch(live)
    out = StringIO()
    call_command("branch_store", sandbox.slug, "--discard", stdout=out)
    assert "is gone" in out.getvalue()
    assert not Store.objects.filter(pk=sandbox.pk).exists()
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [sandbox.schema_name])
        assert cursor.fetchone() is None
    with use_store(sandbox):
        assert Product.objects.count() == 0
        assert list(archive.list_files()) == []
    with use_store(live):
        assert Product.objects.count() == 1


@pytest.mark.faults
@pytest.mark.matrix
@pytest.mark.parametrize("words", ["Reading", "Writing", "Comparing"])
def test_killed_in_the_middle_it_is_repeated(live: Any, words: str) -> None:
    with use_store(live):
        make_goods()
    slug = f"{live.slug}-k"
    connections.close_all()
    child = os.fork()
    if not child:
        from tests.support import killing

        def die(share: float, text: str) -> None:
            if text.startswith(words):
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            held: Any = connections._connections  # type: ignore[attr-defined]
            for alias in connections:
                if hasattr(held, alias):
                    killing._inherited.append(getattr(held, alias))
                    delattr(held, alias)
            sandboxes.branch_store(live, slug=slug, watch=die)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    half = Store.objects.filter(slug=slug).first()
    assert half is None or half.status == StoreStatus.PROVISIONING, "it serves no page"
    sandbox = sandboxes.branch_store(live, slug=slug)
    assert sandbox.status == StoreStatus.ACTIVE
    assert sandboxes.compare(sandbox) == []
    sandboxes.discard_branch(sandbox)
