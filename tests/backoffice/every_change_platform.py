"""How each door of the platform is used once, by its operator; and the commands with what they leave in the log."""

from typing import Any

from apps.accounts.models import Role, User
from apps.billing.models import Invoice
from apps.common.clock import today
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.insight.models import ExchangeRate
from apps.platform import services
from apps.platform.models import (
    Announcement,
    Domain,
    LimitGrant,
    LimitName,
    Plan,
    PlanPrice,
    ProvisioningJob,
    SandboxJob,
    Store,
    StoreMove,
    StoreNote,
)
from apps.platform.states import JobStatus, MoveStatus, StoreStatus
from apps.tenancy.context import outside_store, system_scope
from tests.api.shop import make_user
from tests.backoffice.every_change import Cases, World
from tests.billing.making import make_seller

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()

# Doors whose work needs databases or commits of its own: the test that uses them, and the action it finds in the log.
ELSEWHERE = {
    "platform platform_storemove_start": "tests/backoffice/test_moves.py store.move_started",
    "platform platform_storemove_undo": "tests/backoffice/test_moves.py store.move_undone",
    "platform platform_storemove_drop": "tests/backoffice/test_moves.py store.old_copy_deleted",
    "platform platform_store_credentials": "tests/backoffice/test_credentials.py store.credentials_changed",
    "platform platform_store_deletion": "tests/backoffice/test_deleting.py store.deletion_requested",
    "platform platform_sandboxjob_publish": "tests/backoffice/test_sandboxes.py store.sandbox_published",
    "platform platform_provisioningjob_connection": "tests/backoffice/test_placement_fields.py store.opening_requested",
    **{
        f"platform {door}": f"tests/operations/test_store_api.py store.{done}"
        for door, done in (
            ("POST stores/<str:store>/suspend", "suspended"),
            ("POST stores/<str:store>/reinstate", "reinstated"),
            ("POST stores/<str:store>/publish", "published"),
            ("POST stores/<str:store>/unpublish", "unpublished"),
            ("POST stores/<str:store>/archive", "archived"),
            ("POST stores/<str:store>/deletion", "deletion_requested"),
            ("POST stores/<str:store>/deletion/confirm", "deletion_confirmed"),
            ("DELETE stores/<str:store>/deletion", "deletion_cancelled"),
        )
    },
}
# What a run of each command leaves in the platform's log, and the test that finds it there.
_NOTED = "tests/platform/test_noted_commands.py"
COMMANDS = {
    "backup_platform": f"{_NOTED} platform.backed_up",
    "backup_store": f"{_NOTED} store.backed_up",
    "branch_store": f"{_NOTED} store.branched",
    "change_plan": f"{_NOTED} store.plan_changed",
    "check_domains": "tests/platform/test_domain_news.py store.host_verified",
    "create_login": f"{_NOTED} user.created",
    "delete_store": f"{_NOTED} store.deletion_requested",
    "grant_limit": f"{_NOTED} store.limit_granted",
    "mark_paid": "tests/billing/test_doors.py billing_invoice.paid",
    "subscription": "tests/billing/test_doors.py subscription.billing_started",
    "charge_invoice": "tests/billing/test_stripe_pages.py billing_invoice.paying_online",
    "load_demo": f"{_NOTED} store.opened",
    "migrate_documents": "tests/tenancy/test_documents_schema.py documents.migrated",
    "migrate_platform": f"{_NOTED} platform.migrated",
    "migrate_stores": "tests/provisioning/test_releases.py store.migrated",
    "move_store": "tests/operations/test_moving_commands.py store.move_started",
    "provision_store": f"{_NOTED} store.opened",
    "archive_store": f"{_NOTED} store.archived",
    "publish_store": f"{_NOTED} store.published",
    "unpublish_store": f"{_NOTED} store.unpublished",
    "rebuild_order": "tests/orders/test_folding.py order.rebuilt",
    "reinstate_store": f"{_NOTED} store.reinstated",
    "replay_inbox": "tests/inbox/test_handling.py inbox_message.replayed",
    "reset_development_documents": f"{_NOTED} development_documents.deleted",
    "restore_platform": "tests/operations/test_restoring_a_platform.py platform.restored",
    "restore_store": f"{_NOTED} store.restored",
    "rotate_credentials_key": f"{_NOTED} credentials.key_rotated",
    "suspend_store": f"{_NOTED} store.suspended",
    "vendors": "tests/demo/test_vendors.py demo.connected",
}
# They look, make anew what follows from the code, or book what a gateway says, which payments record themselves.
READING_COMMANDS = {
    "receive_mail",  # the mail is a row of its own
    "bill_stores",  # as its worker does by the clock; what it moves is in the log
    "build_template", "cache", "check_audit_log", "check_connection", "check_integrations", "check_ledger", "databases", "dead_ends", "einvoices", "export_gstr1", "export_oss", "extract_schema", "list_stores",
    "rebuild_figures", "rebuild_search", "reconcile_payments", "services",
    "sync_easyecom",  # as its worker does by the clock; stock has its ledger
    "verify_backup", "write_docs",
}  # fmt: skip

NEW = {"slug": "newshop", "currency": "INR", "country": "IN", "state": "KA"}


@FORMS.of("platform accounts.user add")
def _(world: World) -> None:
    world.add(User, email="new@platform.example", password="a-long-password-1", role="support")


@FORMS.of("platform accounts.user change")
def _(world: World) -> None:
    world.change(_colleague(), role="catalog")


@FORMS.of("platform platform.plan add")
def _(world: World) -> None:
    limits = {f"max_{name}": 5 for name in LimitName.values}
    world.add(Plan, name="Tiny", code="tiny", **limits)


@FORMS.of("platform platform.planprice add")
def _(world: World) -> None:
    prices = {"monthly_minor": "1", "annual_minor": "10", "currency": "GBP"}
    world.add(PlanPrice, plan=str(_spare_plan().pk), **prices)


@FORMS.of("platform platform.planprice change")
def _(world: World) -> None:
    world.change(PlanPrice.objects.get(plan__code="starter", currency="EUR"), monthly_minor="30")


@FORMS.of("platform platform.planprice delete")
def _(world: World) -> None:
    world.delete(PlanPrice.objects.get(plan__code="starter", currency="EUR"))


@FORMS.of("platform insight.exchangerate add")
def _(world: World) -> None:
    world.add(ExchangeRate, currency="GBP", on=f"{today():%Y-%m-%d}", rate="1.25")


@FORMS.of("platform insight.exchangerate change")
def _(world: World) -> None:
    world.change(_rate(), rate="1.5")


@FORMS.of("platform insight.exchangerate delete")
def _(world: World) -> None:
    world.delete(_rate())


@ACTIONS.of("platform insight.exchangerate delete_selected")
def _(world: World) -> None:
    world.act(_rate(), "delete_selected", post="yes")


@FORMS.of("platform platform.plan change")
def _(world: World) -> None:
    world.change(Plan.objects.get(code="free"), description="For a start")


@FORMS.of("platform platform.plan delete")
def _(world: World) -> None:
    world.delete(_spare_plan())


@FORMS.of("platform platform.limitgrant add")
def _(world: World) -> None:
    grant = {"limit": "products", "value": "5", "reason": "A fair"}
    world.add(LimitGrant, store=str(world.store.pk), until=today().isoformat(), **grant)


@FORMS.of("platform platform.storenote add")
def _(world: World) -> None:
    world.add(StoreNote, store=str(world.store.pk), text="Asks for an invoice by post.")


@FORMS.of("platform platform.storenote change")
def _(world: World) -> None:
    world.change(_note(world), text="Asks for nothing more.")


@FORMS.of("platform platform.storenote delete")
def _(world: World) -> None:
    world.delete(_note(world))


@ACTIONS.of("platform platform.storenote delete_selected")
def _(world: World) -> None:
    world.act(_note(world), "delete_selected", post="yes")


@FORMS.of("platform platform.announcement add")
def _(world: World) -> None:
    until = {"shown_until_0": "2099-01-31", "shown_until_1": "00:00"}
    world.add(Announcement, title="Prices change", **until)


@FORMS.of("platform platform.announcement change")
def _(world: World) -> None:
    world.change(_announcement(), title="Prices stay")


@FORMS.of("platform platform.announcement delete")
def _(world: World) -> None:
    world.delete(_announcement())


@ACTIONS.of("platform platform.announcement delete_selected")
def _(world: World) -> None:
    world.act(_announcement(), "delete_selected", post="yes")


@ACTIONS.of("platform platform.announcement end_now")
def _(world: World) -> None:
    world.act(_announcement(), "end_now")


@FORMS.of("platform billing.seller change")
def _(world: World) -> None:
    world.change(make_seller(), bank_details="Another bank")


@FORMS.of("platform platform.domain add")
def _(world: World) -> None:
    world.add(Domain, domain="shop.example.com", tenant=str(world.store.pk))


@FORMS.of("platform platform.domain delete")
def _(world: World) -> None:
    world.delete(services.add_domain(store=world.store, host="more.example.com"))


@BUTTONS.of("platform platform_domain_verify")
def _(world: World) -> None:
    with outside_store(), system_scope("test"):
        domain = services.claim_domain(store=world.store, host="claimed.example.com")
    world.post(f"/admin/platform/domain/{domain.pk}/verify/", reason="By phone")


@FORMS.of("platform platform.store add")
def _(world: World) -> None:
    world.add(Store, name="New shop", language="en-IN", **NEW)


@FORMS.of("platform platform.store change")
def _(world: World) -> None:
    world.change(world.store, name="Renamed")


for _name in ("activate", "deactivate"):

    @ACTIONS.of(f"platform accounts.user {_name}")
    def _(world: World, name: str = _name) -> None:
        world.act(_colleague(is_active=name == "deactivate"), name)


@ACTIONS.of("platform events.outboxmessage replay")
def _(world: World) -> None:
    world.act(
        OutboxMessage.objects.create(
            message_id=world.store.pk, topic="a.b", consumer="c", state=MessageState.DEAD
        ),
        "replay",
    )


@ACTIONS.of("platform platform.plan delete_selected")
def _(world: World) -> None:
    world.act(_spare_plan(), "delete_selected", post="yes")


@ACTIONS.of("platform platform.planprice delete_selected")
def _(world: World) -> None:
    price = PlanPrice.objects.get(plan__code="starter", currency="EUR")
    world.act(price, "delete_selected", post="yes")


@ACTIONS.of("platform platform.limitgrant end_now")
def _(world: World) -> None:
    grant: dict[str, Any] = {"limit": "products", "value": 5, "until": today()}
    with outside_store(), system_scope("test"):
        row = services.grant_limit(store=world.store, reason="A fair", **grant)
    world.act(row, "end_now")


for _step in ("suspend", "reinstate", "publish", "unpublish", "archive"):

    @ACTIONS.of(f"platform platform.store {_step}_chosen")
    def _(world: World, step: str = _step) -> None:
        before: dict[str, dict[str, Any]] = {
            "reinstate": {"status": "suspended"},
            "publish": {"is_published": False},
        }
        Store.objects.filter(pk=world.store.pk).update(**before.get(step, {}))
        world.act(world.store, f"{step}_chosen", sure="yes", reason="A check")


@ACTIONS.of("platform platform.store announce_chosen")
def _(world: World) -> None:
    given = {"kind": "news", "title": "Prices change", "shown_until": "2099-01-31T10:00"}
    world.act(world.store, "announce_chosen", sure="yes", **given)


@BUTTONS.of("platform platform_store_status")
def _(world: World) -> None:
    for step in ("suspend", "reinstate", "unpublish", "publish", "archive"):
        known = len(world.entries())
        url = f"/admin/platform/store/{world.store.pk}/status/{step}/"
        world.post(url, reason="The owner asked for it")
        assert len(world.entries()) == known + 1, step


@BUTTONS.of("platform platform_store_plan")
def _(world: World) -> None:
    plan = Plan.objects.get(code="starter")
    world.post(f"/admin/platform/store/{world.store.pk}/plan/", plan=str(plan.pk))


@BUTTONS.of("platform platform_store_plan_step")
def _(world: World) -> None:
    page = f"/admin/platform/store/{world.store.pk}/plan/"
    world.post(page, plan=str(Plan.objects.get(code="starter").pk))
    for step in ("cancel", "resume"):
        known = len(world.entries())
        world.post(f"{page}{step}/")
        assert len(world.entries()) == known + 1, step


@ACTIONS.of("platform inbox.inboxmessage replay")
def _(world: World) -> None:
    world.act(_bill_message(), "replay")


@ACTIONS.of("platform inbox.inboxmessage dismiss")
def _(world: World) -> None:
    world.act(_bill_message(fault="Not theirs."), "dismiss")


def _bill_message(fault: str = "") -> InboxMessage:
    with outside_store():
        return inbox.receive(source="stripe_billing", topic="invoice.paid", body=b"{}", fault=fault)


@BUTTONS.of("platform billing_invoice_step")
def _(world: World) -> None:
    make_seller()
    world.post(
        f"/admin/platform/store/{world.store.pk}/plan/",
        plan=str(Plan.objects.get(code="starter").pk),
    )
    with outside_store():
        invoice = Invoice.objects.get(store=world.store)
    url = f"/admin/billing/invoice/{invoice.pk}/"
    world.post(f"{url}write-off/step/", reason="A gift")
    world.post(f"{url}paid/step/", reference="UTR1", paid_on=f"{today():%Y-%m-%d}")


@BUTTONS.of("platform platform_store_enter")
def _(world: World) -> None:
    world.post(f"/admin/platform/store/{world.store.pk}/enter/", reason="A question of the owner")


@BUTTONS.of("platform platform_store_password")
def _(world: World) -> None:
    owner = make_user(world.store, Role.OWNER)
    world.post(f"/admin/platform/store/{world.store.pk}/people/{owner.pk}/password/")


@BUTTONS.of("platform platform_provisioningjob_owner")
def _(world: World) -> None:
    url = f"/admin/platform/provisioningjob/{_job(world).pk}/owner/"
    world.post(url, email="boss@alpha.example", password="a-long-password-1")


@BUTTONS.of("platform platform_provisioningjob_retry")
def _(world: World) -> None:
    job = _job(world)
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)
    world.post(f"/admin/platform/provisioningjob/{job.pk}/retry/")


@BUTTONS.of("platform platform_sandboxjob_store")
def _(world: World) -> None:
    world.post(f"/admin/platform/sandboxjob/store/{world.store.pk}/", slug="a-copy")


@BUTTONS.of("platform platform_sandboxjob_compare")
def _(world: World) -> None:
    world.post(f"/admin/platform/sandboxjob/store/{_sandbox(world).pk}/compare/")


@BUTTONS.of("platform platform_sandboxjob_discard")
def _(world: World) -> None:
    sandbox = _sandbox(world)
    world.post(f"/admin/platform/sandboxjob/store/{sandbox.pk}/discard/", typed=sandbox.slug)


@BUTTONS.of("platform platform_sandboxjob_retry")
def _(world: World) -> None:
    kind = SandboxJob.Kind.MAKE
    job = SandboxJob.objects.create(
        kind=kind, live=world.store, slug="a-copy", status=JobStatus.FAILED
    )
    world.post(f"/admin/platform/sandboxjob/{job.pk}/retry/")


@BUTTONS.of("platform platform_storemove_resume")
def _(world: World) -> None:
    move = StoreMove.objects.create(
        store=world.store, status=MoveStatus.FAILED, target_type="shared", source_version=1
    )
    world.post(f"/admin/platform/storemove/{move.pk}/resume/")


@API.of("platform POST stores")
def _(world: World) -> None:
    world.api("POST", "stores", {"name": "New shop", **NEW})


@API.of("platform POST provision")
def _(world: World) -> None:
    job = _job(world)
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)
    Store.objects.filter(pk=world.store.pk).update(status=StoreStatus.PROVISIONING)
    world.api("POST", "provision", {"storeId": str(world.store.pk)})


@API.of("platform POST provision/<uuid:job_id>/retry")
def _(world: World) -> None:
    job = _job(world)
    ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)
    world.api("POST", f"provision/{job.pk}/retry")


def _colleague(**fields: Any) -> User:
    return User.objects.create_user("colleague@platform.example", None, is_staff=True, **fields)


def _note(world: World) -> StoreNote:
    return StoreNote.objects.create(store=world.store, text="Asks for an invoice by post.")


def _announcement() -> Announcement:
    return Announcement.objects.create(title="Prices change", shown_until="2099-01-31T00:00Z")


def _rate() -> ExchangeRate:
    return ExchangeRate.objects.create(currency="GBP", on=today(), rate="1.25")


def _spare_plan() -> Plan:
    return Plan.objects.create(name="Spare", code="spare")


def _job(world: World) -> ProvisioningJob:
    return ProvisioningJob.objects.get(store=world.store)


def _sandbox(world: World) -> Store:
    return Store.objects.create(
        name="Copy",
        slug="a-copy",
        schema_name="t_a_copy",
        plan=world.store.plan,
        is_sandbox=True,
        sandbox_of=world.store,
        status=StoreStatus.ACTIVE,
    )
