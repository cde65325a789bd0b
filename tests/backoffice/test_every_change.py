"""Every change that staff, API clients and operators can make is in the audit log. A door that is added joins by itself: it
fails here until it has a case, and its case (in the matrix) fails until the change leaves an entry."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.backoffice.history import changes_of
from apps.backoffice.names import ACTIONS
from apps.common.actor import ActorKind
from apps.events.models import AuditEntry
from apps.orders.selectors import TITLES
from apps.returns.selectors import TITLES as RETURN_TITLES
from tests.backoffice import (
    doors,
    every_change_platform,
)
from tests.backoffice.every_change import Case, World
from tests.backoffice.every_change_cases import cases_of
from tests.support.acting import seeing_all

# Buyers' own: their orders, payments and carts have histories of their own, and logging in changes nothing of a store.
OF_BUYERS = {
    "store POST auth/login", "store POST auth/logout", "store POST auth/refresh-token", "store POST auth/register",
    "store POST cart/items", "store PUT cart/items/<str:line_id>", "store DELETE cart/items/<str:line_id>",
    "store POST cart/codes", "store DELETE cart/codes/<str:code>",
    "store POST cart/items/<str:line_id>/save", "store POST cart/items/<str:line_id>/seen",
    "store POST cart/saved/<str:line_id>", "store DELETE cart/saved/<str:line_id>",
    "store DELETE cart/notices", "store DELETE cart/notices/<str:notice_id>",
    "store POST cart/share", "store POST cart/shared/<str:token>", "store POST cart/merge",
    "store POST gift-cards/balance", "store POST gift-cards/print",
    "store POST orders", "store POST payments/create-intent", "store POST payments/<uuid:payment_id>/test-bank",
    "store POST payments/webhook/<str:gateway>", "store POST orders/<uuid:order_id>/confirmation/code",
    "store POST stock-notices",
    "store POST tickets", "store POST tickets/<uuid:ticket_id>/replies", "store POST support/mail",
    "store POST orders/<uuid:order_id>/return-requests",
    "store POST orders/<uuid:order_id>/return-requests/<slug:number>/withdraw",
    "store POST orders/<uuid:order_id>/return-requests/<slug:number>/sent",
    "platform POST billing/webhook/stripe",
    "platform POST auth/login", "platform POST auth/logout", "platform POST auth/refresh-token",
}  # fmt: skip
# They look at something and change nothing.
LOOKS = {
    "store announcement_hide",  # in the session alone
    "platform platform_provisioningjob_status", "platform platform_sandboxjob_status",
    "platform platform_store_deletion_status", "platform platform_storemove_status", "platform platform_store_check",
    "platform platform_store_connection", "platform billing_invoice_pdf", "platform platform_usagemetric_export",
    "platform metering_apicall_export", "platform events_auditentry_export", "store events_auditentry_export",
    "platform insight_storespan_export",
    "platform platform_store_credentials_check", "platform platform_store_people", "platform POST provision/check",
    "store inventory_consignment_new_transfer", "store inventory_consignment_new_delivery", "store inventory_stocktake_new", "store inventory_stockimport_export", "store inventory_stockimport_faults",
    "store discounts_discount_uses", "store discounts_discount_codes", "store prices_pricelist_why", "store carts_cartsettings_link",
    "store invoices_document_pdf", "store invoices_document_gstr1", "store invoices_document_oss",
    "store pricing_exemptioncertificate_file",
    "store invoices_document_einvoice", "store invoices.document download_einvoices", "store invoices_invoicesettings_portal_check",
    "store fulfilment_shipment_slip", "store fulfilment_shipment_proof", "store support_ticket_file", "store payments_payment_ledgers",
    "store fulfilment_shipment_undelivered", "store fulfilment_shipment_figures", "store remittances_remittance_balances",
    "store remittances_remittance_open", "store remittances_remittance_lines", "store orders_order_export",
    "store returns_returnrequest_file", "store returns_returnrequest_photo",
    "store notifications_mailwording_changelist", "store notifications_mailwording_word",
    "store notifications_sentmail_html", "store notifications_mailwording_preview", "store notifications_mailwording_test",
    "store accounts_customer_guests", "store orders_order_decisions", "store checkout_draftorder_new", "store payments_paymentmethod_keys_check",
    "store integrations_integration_check", "store clickpost_booking_label",
    "store clickpost_booking_labels", "store clickpost.booking print_labels", "store fulfilment.shipment print_labels",
}  # fmt: skip


ALL = {
    door: case for kind in ("FORMS", "ACTIONS", "BUTTONS", "API") for door, case in cases_of(kind).items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("find", "kind"),
    [
        (doors.list_forms, "FORMS"),
        (doors.list_actions, "ACTIONS"),
        (doors.list_buttons, "BUTTONS"),
        (doors.list_api, "API"),
    ],
)
def test_every_door_has_a_case(in_store: Any, find: Callable[[], list[str]], kind: str) -> None:
    known = {*cases_of(kind), *every_change_platform.ELSEWHERE, *OF_BUYERS, *LOOKS}
    assert set(find()) - known == set()
    assert set(cases_of(kind)) - set(find()) == set(), "doors that are gone"


@pytest.mark.matrix
@pytest.mark.parametrize("door", [door for door in ALL if door.startswith("store")])
def test_a_change_in_a_store_is_in_the_log(world: World, door: str) -> None:
    assert_noted(world, ALL[door])


@pytest.mark.matrix
@pytest.mark.parametrize("door", [door for door in ALL if door.startswith("platform")])
def test_a_change_on_the_platform_is_in_the_log(platform_world: World, door: str) -> None:
    assert_noted(platform_world, ALL[door])


def assert_noted(world: World, case: Case) -> None:
    known = {entry.pk for entry in world.entries()}
    case(world)
    fresh = [entry for entry in world.entries() if entry.pk not in known]
    assert fresh, "no entry"
    for entry in fresh:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", entry.action)
        assert entry.action in {*ACTIONS, *TITLES, *RETURN_TITLES}, (
            "no words for it in apps/backoffice/names.py"
        )
        assert entry.actor_kind == ActorKind.STAFF
        assert entry.actor_label
        assert entry.target_label
        assert entry.door in ("admin", "api")
        assert entry.ip == "127.0.0.1"
        with seeing_all(world.store):
            assert_words(entry)


def assert_words(entry: AuditEntry) -> None:
    """No ids, no codes of programs, moments that stay what they are."""
    for change in changes_of(entry):
        for value in (change.was, change.became):
            text = str(value)
            assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{24}", text), change
            assert "<time" not in text, change
            assert not re.match(r"\d{4}-\d\d-\d\dT", text), change
            assert not re.fullmatch(r"[a-z]+_[a-z_]+", text), change


@pytest.mark.parametrize(
    ("door", "proof"),
    [*every_change_platform.ELSEWHERE.items(), *every_change_platform.COMMANDS.items()],
)
def test_what_needs_servers_of_its_own_is_proved_elsewhere(door: str, proof: str) -> None:
    path, action = proof.split(" ")
    assert f'"{action}"' in Path(path).read_text(), door


def test_every_command_says_what_it_leaves(in_store: Any) -> None:
    known = {*every_change_platform.COMMANDS, *every_change_platform.READING_COMMANDS}
    assert set(doors.list_commands()) == known
