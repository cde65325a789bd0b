"""Personal data in gift cards: names, addresses and words of givers and recipients. Amounts and ledgers stay."""

from django.db.models import Q

from apps.accounts.models import User
from apps.common.clock import now
from apps.events import services as events
from apps.giftcards.models import GiftCard
from apps.orders.models import OrderLine
from apps.tenancy.context import system_scope


def erase(*, customer: User) -> int:
    """Forget for whom this person bought gift cards, and that they got some. Returns how many cards. Repeatable.

    A card that waits for its day keeps its address until its mail has left. A card can be spent as before, by its code.
    """
    return _erase(Q(order__customer_id=customer.pk), customer.email)


def erase_cards_of(*, email: str) -> int:
    """The same for an address, with an account or without: part of the erasure of a reader."""
    accounts = User.objects.filter(email=email).values("pk")
    return _erase(Q(order__customer_id__in=accounts) | Q(order__email=email), email)


def _erase(of_buyer: Q, email: str) -> int:
    with system_scope("erasure"), events.transaction_with_wake_up():
        bought = OrderLine.objects.filter(of_buyer, gift__isnull=False)
        orders = set(bought.values_list("order_id", flat=True))
        bought.update(gift={})
        theirs = GiftCard.objects.filter(Q(order_ref__in=orders) | Q(recipient_email=email))
        count = theirs.exclude(recipient_name="", sender_name="", message="").update(
            recipient_name="", sender_name="", message="", updated_at=now()
        )
        sent = theirs.filter(Q(sent_at__isnull=False) | Q(deliver_on__isnull=True))
        sent.exclude(recipient_email="").update(recipient_email="")
    return count
