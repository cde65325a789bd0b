"""The codes of the audit log and of background tasks, in words. Tests go through all of them."""

from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.columns import words
from apps.events.models import AuditEntry, OutboxMessage
from apps.gateways.installed import gateway_label
from apps.gateways.models import GatewayEvent
from apps.orders.selectors import TITLES

ACTIONS: Final = {
    "category.changed": _("Category changed"),
    "category.created": _("Category added"),
    "category.deleted": _("Category deleted"),
    "credentials.key_rotated": _("Credentials sealed with a new key"),
    "customer_note.added": _("Note about a customer added"),
    "customer_note.deleted": _("Note about a customer deleted"),
    "dead_end.tried_again": _("Decided: tried again or undone"),
    "code_batch.created": _("Codes of a discount made"),
    "demo.loaded": _("Demo data loaded"),
    "development_documents.deleted": _("Development documents deleted"),
    "discount.changed": _("Discount changed"),
    "discount.created": _("Discount added"),
    "discount.deleted": _("Discount deleted"),
    "document.issued": _("Invoice made"),
    "documents.migrated": _("Documents brought up to date"),
    "draft_order.deleted": _("Draft order deleted"),
    "draft_order.ordered": _("Draft order ordered"),
    "draft_order.saved": _("Draft order saved"),
    "draft_order.sent": _("Draft order sent to the customer"),
    "gateway_event.handled_again": _("News of the bank handled again"),
    "gift_card.adjusted": _("Balance of a gift card changed"),
    "gift_card.code_replaced": _("New code of a gift card made"),
    "gift_card.disabled": _("Gift card disabled"),
    "gift_card.enabled": _("Gift card enabled again"),
    "gift_card.issued": _("Gift card issued"),
    "integration.deactivated": _("Integration switched off"),
    "invoice_settings.changed": _("Invoice settings changed"),
    "mail.sent_again": _("E-mail sent again"),
    "message.sent_again": _("Background task started again"),
    "order.rebuilt": _("Order rebuilt from its events"),
    "page.changed": _("Page changed"),
    "page.created": _("Page added"),
    "page.deleted": _("Page deleted"),
    "payment.looked_at": _("Payment looked at"),
    "payment.refund_requested": _("Refund asked for"),
    "payment.rest_asked": _("Rest of a payment asked for"),
    "payment_method.changed": _("Payment method changed"),
    "payment_method.keys_changed": _("Keys of a payment provider changed"),
    "bank_account.changed": _("Bank account changed"),
    "cash_settings.changed": _("Rules of cash on delivery changed"),
    "payment.transfer_received": _("Bank transfer booked"),
    "payment_settings.changed": _("Payment settings changed"),
    "plan.changed": _("Plan changed"),
    "plan.created": _("Plan added"),
    "plan.deleted": _("Plan deleted"),
    "platform.backed_up": _("Platform backed up"),
    "platform.migrated": _("Platform brought up to date"),
    "platform.restored": _("Platform restored"),
    "product.changed": _("Product changed"),
    "product.created": _("Product added"),
    "product.deleted": _("Product deleted"),
    "product.pictures_changed": _("Pictures of a product changed"),
    "shipment.corrected": _("Tracking of a parcel corrected"),
    "shipment.delivered": _("Parcel delivered"),
    "shipment.delivery_undone": _("Parcel not delivered after all"),
    "shipment.refused": _("Parcel not delivered, on its way back"),
    "shipment.resumed": _("Parcel on its way again"),
    "shipment.returned": _("Parcel returned"),
    "shipment.shipped": _("Parcel shipped"),
    "store_credit.adjusted": _("Store credit changed"),
    "canned_answer.changed": _("Canned answer changed"),
    "canned_answer.created": _("Canned answer added"),
    "canned_answer.deleted": _("Canned answer deleted"),
    "support_settings.changed": _("Support settings changed"),
    "support_settings.secret_renewed": _("Password for mail that comes in renewed"),
    "ticket.answered": _("Ticket answered"),
    "ticket.changed": _("Ticket changed"),
    "ticket.merged": _("Tickets merged"),
    "ticket.note_added": _("Note in a ticket added"),
    "synonym.changed": _("Synonyms changed"),
    "synonym.created": _("Synonyms added"),
    "synonym.deleted": _("Synonyms deleted"),
    "shipping_method.changed": _("Shipping method changed"),
    "shipping_method.created": _("Shipping method added"),
    "shipping_method.deleted": _("Shipping method deleted"),
    "stock.counted": _("Stock counted"),
    "stock.received": _("Stock received"),
    "stock.warning_changed": _("Warning of low stock changed"),
    "store.archived": _("Store archived"),
    "store.backed_up": _("Store backed up"),
    "store.branched": _("Sandbox of a store asked for"),
    "store.changed": _("Store changed"),
    "store.credentials_changed": _("Credentials of a store's database changed"),
    "store.deleted": _("Store deleted"),
    "store.deletion_cancelled": _("Deletion of a store called off"),
    "store.deletion_confirmed": _("Deletion of a store confirmed"),
    "store.deletion_requested": _("Deletion of a store asked for"),
    "store.host_added": _("Host of a store added"),
    "store.host_removed": _("Host of a store removed"),
    "store.migrated": _("Store brought up to date"),
    "store.move_resumed": _("Move of a store resumed"),
    "store.move_started": _("Move of a store started"),
    "store.move_undone": _("Move of a store undone"),
    "store.old_copy_deleted": _("Old copy of a moved store deleted"),
    "store.opened": _("Store opened"),
    "store.opening_requested": _("Opening of a store asked for"),
    "store.opening_retried": _("Opening of a store tried again"),
    "store.owner_created": _("Owner of a store added"),
    "store.plan_changed": _("Plan of a store changed"),
    "store.published": _("Store shown to buyers"),
    "store.reinstated": _("Store reinstated"),
    "store.restored": _("Store restored"),
    "store.sandbox_compared": _("Sandbox compared with its store"),
    "store.sandbox_discarded": _("Sandbox deleted"),
    "store.sandbox_published": _("Sandbox published"),
    "store.sandbox_work_resumed": _("Work on a sandbox resumed"),
    "store.suspended": _("Store suspended"),
    "store.suspension_reason_changed": _("Reason of a suspension changed"),
    "store.unpublished": _("Store hidden from buyers"),
    "exemption_certificate.changed": _("Exemption certificate changed"),
    "exemption_certificate.created": _("Exemption certificate added"),
    "exemption_certificate.deleted": _("Exemption certificate deleted"),
    "tax_rates.added": _("Rates of the EU added"),
    "tax_rate.changed": _("Tax rate changed"),
    "tax_rate.created": _("Tax rate added"),
    "tax_rate.deleted": _("Tax rate deleted"),
    "tax_settings.changed": _("Tax settings changed"),
    "theme.changed": _("Look and texts of the shop changed"),
    "user.activated": _("Person activated"),
    "user.address_deleted": _("Address of a person deleted"),
    "user.address_saved": _("Address of a person saved"),
    "user.changed": _("Person changed"),
    "user.created": _("Person added"),
    "user.deactivated": _("Person deactivated"),
    "user.default_address_changed": _("Usual address of a person changed"),
    "user.password_link_made": _("Link for a new password made"),
    "user.password_link_sent": _("Link for a new password sent"),
    "user.password_set": _("Password of a person set"),
    "user.profile_changed": _("Person changed their profile"),
    "user.role_changed": _("Role of a person changed"),
    "warehouse.changed": _("Warehouse changed"),
    "warehouse.created": _("Warehouse added"),
}
TOPICS: Final = {
    "document.issued": _("An invoice or credit note was made"),
    "draft_order.sent": _("A draft order was sent to a customer"),
    "mail.requested": _("An e-mail was written"),
    "order.authorized": _("A bank holds the money of an order"),
    "confirmation.code_requested": _("Another code was asked for"),
    "order.cancelled": _("An order was cancelled"),
    "order.confirmed": _("An order was confirmed"),
    "order.message_added": _("A message to a buyer was written"),
    "order.paid": _("An order was paid"),
    "order.placed": _("An order was placed"),
    "order.refunded": _("Money was given back"),
    "order.rest_cancelled": _("The rest of an order was cancelled"),
    "order.shipped": _("A parcel was shipped"),
    "payment.release_due": _("A bank holds money that is not needed"),
    "payment.reminder_due": _("An order is still unpaid"),
    "payment.requested": _("The rest of an order was asked for"),
    "refund.requested": _("A refund was asked for"),
    "return.received": _("A return has arrived"),
    "shipment.corrected": _("The tracking of a parcel was corrected"),
    "support_mail.received": _("A mail for the support desk came in"),
    "ticket.answered": _("A ticket was answered"),
    "ticket.breached": _("A ticket is late"),
    "ticket.opened": _("A ticket was opened"),
    "ticket.solved": _("A ticket was solved"),
}
TASKS: Final = {
    "carts.close_cart": _("Close the cart"),
    "discounts.give_back_uses": _("Give the uses of discounts back"),
    "fulfilment.offer_draft": _("Send the customer the link to pay"),
    "fulfilment.ask_for_payment": _("Ask the buyer for the rest"),
    "fulfilment.answer_order": _("Write to the buyer of a new order"),
    "fulfilment.confirm_confirmed_order": _("Confirm an order that was asked about"),
    "fulfilment.confirm_held_order": _("Confirm an order whose money a bank holds"),
    "fulfilment.confirm_paid_order": _("Confirm a paid order"),
    "fulfilment.remind_of_payment": _("Remind the buyer of the payment"),
    "fulfilment.send_another_code": _("Send the buyer another code"),
    "fulfilment.tell_cancelled": _("Tell the buyer of the cancelled order"),
    "fulfilment.tell_message": _("Send the message to the buyer"),
    "fulfilment.tell_refunded": _("Tell the buyer of the refund"),
    "fulfilment.tell_rest_cancelled": _("Tell the buyer of the cancelled rest"),
    "fulfilment.tell_returned": _("Tell the buyer of the return"),
    "fulfilment.tell_shipped": _("Tell the buyer of the parcel"),
    "fulfilment.tell_staff_of_cash_order": _("Tell staff of an order paid on delivery"),
    "fulfilment.tell_staff_of_paid_order": _("Tell staff of a paid order"),
    "fulfilment.tell_tracking": _("Tell the buyer of the corrected tracking"),
    "invoices.credit_cancelled": _("Make the credit note of a cancelled order"),
    "invoices.credit_refund": _("Make the credit note of a refund"),
    "invoices.credit_rest": _("Make the credit note of a cancelled rest"),
    "invoices.credit_return": _("Make the credit note of a return"),
    "invoices.deliver_document": _("Print the invoice or credit note, and send it"),
    "invoices.issue_for_parcel": _("Make the invoice of a parcel's order"),
    "invoices.issue_for_payment": _("Make the invoice of a paid order"),
    "notifications.deliver_mail": _("Send the e-mail"),
    "orders.count_order": _("Count the order for the store's plan"),
    "payments.release_hold": _("Let the bank release the money"),
    "payments.send_refund": _("Send the refund to the bank"),
    "support.confirm_ticket": _("Confirm a ticket to its buyer"),
    "support.handle_support_mail": _("Read a mail for the support desk"),
    "support.mail_ticket_answer": _("Send the answer of a ticket to its buyer"),
    "support.mail_ticket_solved": _("Tell the buyer that a ticket is solved"),
    "support.warn_of_late_ticket": _("Tell staff of a late ticket"),
}


def action_name(code: str) -> str:
    """Actions of orders have the titles of their history; a code of another version is taken apart into its words."""
    if code in TITLES and code != "order.created":
        title = str(TITLES[code])
        return gettext("Order: %(what)s") % {"what": f"{title[:1].lower()}{title[1:]}"}
    known = ACTIONS.get(code) or TITLES.get(code)
    return str(known) if known else words(code)


def topic_name(code: str) -> str:
    return str(TOPICS.get(code) or words(code))


def task_name(code: str) -> str:
    return str(TASKS.get(code) or words(code))


def title_of(row: Any) -> Any:
    """What the page of a row is called: records that are made of codes have words."""
    if isinstance(row, AuditEntry):
        what = row.target_label or row.target_ref
        return f"{action_name(row.action)}: {what}" if what else action_name(row.action)
    if isinstance(row, OutboxMessage):
        return f"{topic_name(row.topic)}: {task_name(row.consumer)}"
    if isinstance(row, GatewayEvent):
        return f"{gateway_label(row.gateway)}: {words(row.kind)}"
    return str(row) if isinstance(row, Model) else row
