"""What was done to plans, their limits, and the accounts of those who own stores, in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final = {
    "billing_details.changed": _("Details on the platform's invoices changed"),
    "billing_invoice.paid": _("Invoice of the platform marked as paid"),
    "billing_invoice.paid_twice": _("Invoice of the platform paid twice"),
    "billing_invoice.paying_online": _("Payment of an invoice of the platform begun"),
    "billing_method.changed": _("Payment method for the platform's invoices changed"),
    "billing_payment.disputed": _("Payment of an invoice of the platform disputed"),
    "billing_payment.refund_asked": _("Refund of a payment of an invoice asked for"),
    "billing_payment.refunded": _("Payment of an invoice of the platform refunded"),
    "billing_invoice.written_off": _("Invoice of the platform written off"),
    "owner.closed": _("Account of an owner closed"),
    "owner.logged_in": _("Owner logged in"),
    "owner.opening_retried": _("Opening of a store tried again by its owner"),
    "owner.signed_up": _("Account of an owner made"),
    "plan.changed": _("Plan changed"),
    "plan.created": _("Plan added"),
    "plan.deleted": _("Plan deleted"),
    "announcement.changed": _("Announcement changed"),
    "announcement.created": _("Announcement written"),
    "announcement.deleted": _("Announcement deleted"),
    "exchange_rate.changed": _("Exchange rate changed"),
    "exchange_rate.created": _("Exchange rate added"),
    "exchange_rate.deleted": _("Exchange rate deleted"),
    "plan_price.changed": _("Price of a plan changed"),
    "plan_price.created": _("Price of a plan added"),
    "plan_price.deleted": _("Price of a plan deleted"),
    "seller.changed": _("Seller of the platform changed"),
    "seller.created": _("Seller of the platform entered"),
    "subscription.billing_started": _("Billing of a subscription started"),
    "subscription.cancelled": _("Subscription cancelled with the end of its period"),
    "subscription.change_planned": _("Smaller plan chosen for the end of the period"),
    "subscription.moved": _("State of a subscription changed"),
    "subscription.renewed": _("Interval of a subscription changed"),
    "subscription.resumed": _("Subscription kept after all"),
    "store_note.changed": _("Note on a store changed"),
    "store_note.created": _("Note on a store written"),
    "store_note.deleted": _("Note on a store deleted"),
    "store.limit_grant_ended": _("Exception from a limit ended"),
    "store.limit_granted": _("Exception from a limit granted"),
}
TOPICS: Final = {
    "billing.invoice_issued": _("An invoice of the platform was made"),
    "billing.charge_dropped": _("An invoice of the platform was settled in another way"),
    "billing.payment_failed": _("A payment of an invoice of the platform failed"),
    "billing.reminded": _("Owners are to be reminded of their subscription"),
}
TASKS: Final = {
    "billing.open_charge": _("Ask for the money of an invoice"),
    "billing.write_invoice_mail": _("Mail the invoice of the platform to the owners"),
    "billing.close_charge": _("Ask no more for the money of an invoice"),
    "billing.write_failure_mail": _("Mail the owners that a payment failed"),
    "billing.write_reminder": _("Remind the owners of their subscription"),
}
