"""The pages of integrations and of messages that came in: who may, what they show, and what they never show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.json_http import Answer
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations.errors import NotConnected, SystemUnavailable
from apps.integrations.models import Integration
from apps.integrations.selectors import get_config, is_connected
from apps.platform.models import IntegrationConfig
from apps.platform.selectors import forget_addresses, get_active_store
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.integrations.bodies import EASYECOM, invoice, post
from tests.support.acting import seeing_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]
LIST = "/admin/integrations/integration/"
INBOX = "/admin/inbox/inboxmessage/"
ACCOUNT = {"email": "api@shop.example", "password": "pw-1", "api_key": "ak-1", "location_key": "lk"}


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Callable[..., Client]:
    def log_in(role: Role = Role.OWNER) -> Client:
        client = client_for(store)
        with use_store(store):
            client.force_login(make_user(store, role))
        return rename_session(client, f"session_{store.slug}")

    return log_in


def connect(client: Client, store: Any, system: str = "easyecom/production") -> str:
    client.post(f"{LIST}connect/", {"system": system})
    with seeing_all(store):
        return f"{LIST}{Integration.objects.latest('created_at').pk}/"


def test_the_owner_connects_tests_and_pauses(
    store: Any, staff: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = staff()
    assert "Connect EasyEcom" in client.get(LIST).content.decode()
    page = connect(client, store)
    shown = client.get(f"{page}change/").content.decode()
    assert "/integrations/easyecom/webhook/inventory" in shown
    assert "No secret yet" in shown
    assert "account missing" in client.get(LIST).content.decode()

    refused = client.post(f"{page}change/", {**ACCOUNT, "api_key": "has blanks"})
    assert "blanks" in refused.content.decode()
    client.post(f"{page}change/", ACCOUNT)
    shown = client.get(f"{page}change/").content.decode()
    assert "Saved. Leave it empty" in shown
    assert "pw-1" not in shown
    assert "account missing" not in client.get(LIST).content.decode()
    with use_store(store):
        assert get_config("easyecom")["password"] == "pw-1"
        assert "pw-1" not in repr(IntegrationConfig.objects.get().config)

    def unreachable(*_: Any, **__: Any) -> None:
        raise SystemUnavailable

    monkeypatch.setattr("apps.easyecom.tokens.send", unreachable)
    assert b"does not answer" in client.post(f"{page}check/", {}).content
    answer = Answer(200, {"data": {"token": {"jwt_token": "j"}}})
    monkeypatch.setattr("apps.easyecom.tokens.send", lambda *_, **__: answer)
    assert b"takes the login" in client.post(f"{page}check/", {}).content

    made = client.post(f"{page}secret/")
    assert "whs_" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert "whs_" not in client.get(f"{page}change/").content.decode()

    forget_addresses()
    with use_store(get_active_store(store_id=store.pk)):
        assert is_connected("easyecom")
    client.post(f"{page}press/", {"pause": "1"})
    forget_addresses()
    with use_store(get_active_store(store_id=store.pk)):
        assert not is_connected("easyecom")
        with pytest.raises(NotConnected):
            get_config("easyecom")
    client.post(f"{page}press/", {"remove": "1"})
    assert not IntegrationConfig.objects.filter(store=store).exists()


def test_others_see_and_pause_as_their_roles_say(store: Any, staff: Callable[..., Client]) -> None:
    page = connect(staff(), store)
    manager = staff(Role.MANAGER)
    shown = manager.get(f"{page}change/").content.decode()
    assert "Pause" in shown
    assert "api_key" not in shown
    for path in ("change/", "secret/", "check/"):
        assert manager.post(f"{page}{path}", ACCOUNT).status_code == 403, path
    assert manager.post(f"{page}press/", {"remove": "1"}).status_code == 403
    assert manager.post(f"{page}press/", {"pause": "1"}).status_code == 302
    assert staff(Role.READ_ONLY).post(f"{page}press/", {"resume": "1"}).status_code == 403
    for path in (LIST, f"{page}change/", INBOX):
        assert staff(Role.CATALOG).get(path).status_code == 403, path


def test_staff_repair_and_replay_what_was_given_up(
    store: Any, client_for: Callable[..., Client], staff: Callable[..., Client]
) -> None:
    client = staff()
    secret = client.post(f"{connect(client, store)}secret/").context["secret"]
    post(client_for(store), f"{EASYECOM}orders", b'{"orders": 7}', secret)
    with use_store(store):
        message = InboxMessage.objects.get()
    page = f"{INBOX}{message.pk}/"

    assert "The field orders must be" in client.get(f"{INBOX}?state=dead").content.decode()
    shown = client.get(f"{page}change/").content.decode()
    assert "&quot;orders&quot;: 7" in shown
    assert (
        "Messages from other systems"
        in client.get("/admin/orders/order/decisions/").content.decode()
    )
    said = client.post(f"{page}replay/", follow=True).content.decode()
    assert "is not handled" in said
    fixed = '{"orders": [{"invoice_id": 1, "reference_code": "KS-1"}]}'
    answer = client.post(f"{page}repair/", {"repaired": fixed, "replay": "1"}, follow=True)
    assert "1 documents written." in answer.content.decode()
    with use_store(store):
        kept = InboxMessage.objects.get()
        assert (kept.raw, kept.state) == (b'{"orders": 7}', "done")
    assert staff(Role.READ_ONLY).get(f"{page}change/").status_code == 200
    for path in ("replay/", "dismiss/"):
        assert staff(Role.READ_ONLY).post(page + path).status_code == 403
    assert "can be dismissed" in client.post(f"{page}dismiss/", follow=True).content.decode()
    post(client_for(store), f"{EASYECOM}orders", b'{"orders": 8}', secret)
    with use_store(store):
        page = f"{INBOX}{InboxMessage.objects.get(state='dead').pk}/"
    assert 'formaction="' in client.get(f"{page}change/").content.decode()
    after = client.post(f"{page}dismiss/", {"reason": "A test of theirs"}, follow=True)
    assert "A test of theirs" in after.content.decode()
    assert 'formaction="' not in after.content.decode()


def test_the_list_costs_the_same_for_many_messages(
    store: Any,
    client_for: Callable[..., Client],
    staff: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    client = staff()
    secret = client.post(f"{connect(client, store)}secret/").context["secret"]
    for number in range(12):
        post(client_for(store), f"{EASYECOM}orders", invoice(f"KS-{number}"), secret)
    with use_store(store):
        assert inbox.handle_due() == 12
    client.get(INBOX)
    with django_assert_max_num_queries(16):
        assert "KS-11" in client.get(INBOX).content.decode()
