"""The stories of a demo shop's orders, one for each order."""

from apps.demo.services.return_stories import (
    exchanged,
    return_asked,
    return_finished,
    return_on_its_way,
    return_refused,
    return_to_inspect,
)
from apps.demo.services.stories import (
    Story,
    cancelled,
    cash_delivered,
    cash_waiting,
    changed,
    declined,
    delivered,
    expired,
    held,
    paid,
    parcels_apart,
    partly_refunded,
    partly_returned,
    partly_shipped,
    refunded,
    refused,
    refused_and_back,
    rest_cancelled,
    returned,
    shipped,
    waiting,
)

# The oldest order first; open orders are at the end, because a real shop does not leave orders open for weeks.
STORIES: tuple[Story, ...] = (
    delivered, cash_delivered, delivered, returned, delivered, cancelled, delivered, partly_returned, cash_delivered,
    delivered, refunded, delivered, refused_and_back, delivered, rest_cancelled, delivered, cash_delivered, delivered,
    expired, delivered, partly_refunded, delivered, refused_and_back, cancelled, delivered, rest_cancelled, returned,
    return_finished, cash_delivered, return_refused, exchanged, delivered, parcels_apart, return_to_inspect, refused,
    return_on_its_way, return_asked, delivered, partly_shipped,
    shipped, parcels_apart, shipped, partly_shipped, paid, cash_waiting, held, cash_waiting, changed, declined, waiting,
)  # fmt: skip
