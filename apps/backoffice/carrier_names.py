"""The codes of the audit log and of background tasks about carriers and warehouses, in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final = {
    "booking.begun": _("Booking with a carrier begun"),
    "booking.booked": _("Parcel booked with a carrier"),
    "booking.cancel_requested": _("Cancellation of a booking asked for"),
    "booking.cancelled": _("Booking with a carrier cancelled"),
    "booking.not_cancelled": _("Cancellation of a booking refused by the carrier"),
    "booking.refused": _("Booking with a carrier refused"),
    "booking.shipped": _("Booked parcel shipped"),
    "booking.tried_again": _("Booking with a carrier tried again"),
    "carrier_account.changed": _("Carrier changed"),
    "carrier_account.created": _("Carrier added"),
    "carrier_account.deleted": _("Carrier deleted"),
    "carrier_request.tried_again": _("Decision sent to a carrier again"),
    "clickpost_code.changed": _("Meaning of a ClickPost code changed"),
    "click_post_settings.changed": _("ClickPost settings changed"),
    "easyecom_location.mapped": _("Location of EasyEcom mapped"),
    "easyecom_order.cancelled_again": _("Cancellation at EasyEcom tried again"),
    "easyecom_order.looked_at": _("Order compared with EasyEcom"),
    "easyecom_order.pushed_again": _("Order pushed to EasyEcom again"),
    "easyecom_order.tried_now": _("Order tried at EasyEcom at once"),
    "easyecom_status.mapped": _("Status of EasyEcom mapped"),
}
TASKS: Final = {
    "clickpost.book_authorized": _("Book the parcel of an order whose money a bank holds"),
    "clickpost.book_confirmed": _("Book the parcel of a confirmed order"),
    "clickpost.book_paid": _("Book the parcel of a paid order"),
    "clickpost.book_placed": _("Book the parcel of an order paid on delivery"),
    "clickpost.drop_bookings_of_cancelled": _("End the bookings of a cancelled order"),
    "clickpost.drop_bookings_of_rest": _("End the bookings of a cancelled rest"),
    "clickpost.follow_changed": _("Bring the bookings of a changed order up to date"),
    "clickpost.follow_corrected": _("Follow the new number of a parcel"),
    "clickpost.follow_shipped": _("Follow the parcel at ClickPost"),
    "clickpost.send_attempt": _("Ask the carrier for another attempt"),
    "clickpost.send_return": _("Ask the carrier to bring the parcel back"),
}
