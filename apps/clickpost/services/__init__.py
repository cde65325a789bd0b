"""Every write of bookings, carriers, codes and followed parcels."""

from apps.clickpost.services.acting import send_due_requests
from apps.clickpost.services.adopting import adopt_shipment, adopt_waybill
from apps.clickpost.services.booking import send_due_bookings
from apps.clickpost.services.catching_up import apply_lost_news, ask_where_they_are
from apps.clickpost.services.deciding import ask_again, ask_back, retry_request
from apps.clickpost.services.dropping import drop_obsolete
from apps.clickpost.services.labels import fetch_missing_labels, read_label
from apps.clickpost.services.mapping import begin_automatic, map_code
from apps.clickpost.services.polling import ask_about_silent_parcels, take_answer
from apps.clickpost.services.printing import (
    MOST_LABELS,
    Wanted,
    labels_of_bookings,
    labels_of_shipments,
    print_labels,
)
from apps.clickpost.services.sending import send_due
from apps.clickpost.services.staff import (
    ask_carriers,
    book_again,
    cancel_booking,
    make_due,
    retry_booking,
    settle_stray,
)
from apps.clickpost.services.tracking import apply_news
from apps.clickpost.services.wanting import begin_bookings, book_by_itself, book_what_waits

__all__ = [
    "MOST_LABELS",
    "Wanted",
    "adopt_shipment",
    "adopt_waybill",
    "apply_lost_news",
    "apply_news",
    "ask_about_silent_parcels",
    "ask_again",
    "ask_back",
    "ask_carriers",
    "ask_where_they_are",
    "begin_automatic",
    "begin_bookings",
    "book_again",
    "book_by_itself",
    "book_what_waits",
    "cancel_booking",
    "drop_obsolete",
    "fetch_missing_labels",
    "labels_of_bookings",
    "labels_of_shipments",
    "make_due",
    "map_code",
    "print_labels",
    "read_label",
    "retry_booking",
    "retry_request",
    "send_due",
    "send_due_bookings",
    "send_due_requests",
    "settle_stray",
    "take_answer",
]
