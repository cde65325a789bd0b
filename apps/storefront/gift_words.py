"""What the buyer of gift cards reads while one of them waits for its day, and everything else has arrived."""

from typing import Final

from django.utils.translation import gettext_lazy

from apps.orders.shown_status import GIFTS_FOLLOW, GIFTS_LATER
from apps.storefront.state_words import Words

ON_THEIR_DAY: Final = gettext_lazy(
    "Gift cards go to their recipients by mail, on the day that you chose."
)
LATER: Final = Words(
    GIFTS_LATER,
    "",
    gettext_lazy("Your gift card waits for its day"),
    ON_THEIR_DAY,
    gettext_lazy("Thank you, your order is confirmed"),
)
FOLLOW: Final = Words(
    GIFTS_FOLLOW,
    "good",
    gettext_lazy("A gift card of your order waits for its day"),
    gettext_lazy(
        "It goes to its recipient by mail, on the day that you chose. The rest of your order is with you."
    ),
)
