"""A gift card and store credit to try checkout with. The card's code follows from the demo's password, so that every
start can print it."""

import os
from hashlib import sha256

from apps.accounts.models import User
from apps.common.actor import Actor
from apps.demo.shops import Shop
from apps.giftcards import services as giftcards
from apps.giftcards.codes import LENGTH, LETTERS, hash_code, last_four
from apps.giftcards.models import GiftCard

_CAUSE = "demo"


def make_gift_card(*, shop: Shop) -> None:
    """Repeatable: what buyers have spent since stays spent."""
    plain = code_of(shop).replace("-", "")
    if not GiftCard.objects.filter(cause=_CAUSE).exists():
        factor = 1 if shop.currency == "USD" else 10
        actor = Actor.system("demo")
        card = giftcards.issue_card(
            amount_minor=5_000 * factor, cause=_CAUSE, batch="Demo", actor=actor
        ).card
        GiftCard.objects.filter(pk=card.pk).update(
            code_hash=hash_code(plain), last_four=last_four(plain)
        )
        giftcards.adjust_credit(
            customer_id=User.objects.get(email=shop.people[0].email).pk,
            amount_minor=2_500 * factor,
            reason="Thank you for waiting",
            request_key=_CAUSE,
            actor=actor,
        )


def code_of(shop: Shop) -> str:
    digest = sha256(f"{os.environ['DEMO_PASSWORD']}:{shop.slug}".encode()).digest()
    plain = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
    return "-".join(plain[start : start + 4] for start in range(0, LENGTH, 4))
