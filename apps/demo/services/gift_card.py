"""Gift cards to buy, and a gift card and store credit to try checkout with. That card's code follows from the demo's password, so that every
start can print it."""

import os
from hashlib import sha256

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.inputs import OptionInput, PriceInput, ProductInput, VariantInput
from apps.common.actor import Actor
from apps.common.clock import moved_to
from apps.common.money import format_money, from_minor
from apps.demo.services.dates import opened_at
from apps.demo.shops import Shop
from apps.giftcards import services as giftcards
from apps.giftcards.codes import LENGTH, LETTERS, hash_code, last_four
from apps.giftcards.models import GiftCard

_CAUSE = "demo"
_TITLE = "Gift card"
_AMOUNTS = (500, 1_000, 2_500)  # rupees; a tenth of it in dollars
_TEXT = (
    "<p>For those who like to choose for themselves. We send it by mail on the day you say, with your words. It pays for "
    "anything in the shop, in one go or bit by bit.</p>"
)


def sell_gift_cards(*, shop: Shop) -> None:
    """A gift card as a product, of three amounts or one that the buyer chooses. Repeatable."""
    if Product.objects.filter(slug="gift-card").exists():
        return
    unit = 10 if shop.currency == "USD" else 100
    amounts = [amount * unit for amount in _AMOUNTS]
    names = [format_money(from_minor(each, shop.currency), shop.language) for each in amounts]
    category = Category.objects.get(slug="gifts")
    with moved_to(opened_at()):
        catalog.save_product(
            data=ProductInput(
                title=_TITLE,
                description=_TEXT,
                status=ProductStatus.ACTIVE,
                is_gift_card=True,
                own_from_minor=min(amounts),
                own_to_minor=amounts[-1] * 10,
                category_ids=[category.pk],
                options=[OptionInput(name="Amount", values=names)],
                variants=[
                    VariantInput(
                        sku=f"{shop.slug[:2].upper()}-GIFT-{place}",
                        option_values={"Amount": name},
                        prices=[PriceInput(currency=shop.currency, amount_minor=amount)],
                    )
                    for place, (name, amount) in enumerate(zip(names, amounts, strict=True), 1)
                ],
                position=len(shop.things),
            )
        )


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
