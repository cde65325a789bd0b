"""Runs with Oscar's Python: `filling.py COUNT`. The answer is JSON on the last line."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import django

# The first and the second words of titles: the same in every shop that is measured.
WORDS = json.loads((Path(__file__).parents[2] / "words.json").read_text("utf-8"))
FIRSTS: list[str] = WORDS["firsts"]
SECONDS: list[str] = WORDS["seconds"]
CATEGORIES = 40
COUPON = "BENCH10"


def main(wanted: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from oscar.apps.address.models import Country
    from oscar.apps.catalogue.categories import create_from_breadcrumbs
    from oscar.apps.catalogue.models import Category, Product, ProductClass
    from oscar.apps.partner.models import Partner, StockRecord

    call_command("migrate", verbosity=0)
    Country.objects.get_or_create(
        iso_3166_1_a2="IN", defaults={"printable_name": "India", "is_shipping_country": True}
    )
    partner, _ = Partner.objects.get_or_create(name="Warehouse", code="warehouse")
    kind, _ = ProductClass.objects.get_or_create(name="Thing", defaults={"track_stock": True})
    places = list(Category.objects.order_by("pk"))
    while len(places) < CATEGORIES:
        places.append(create_from_breadcrumbs(f"Things {len(places)}"))
    with transaction.atomic():
        for number in range(Product.objects.count(), wanted):
            words = f"{FIRSTS[number % 15]} {SECONDS[number // 15 % 15]} {number} piece"
            product = Product.objects.create(
                title=words,
                slug=words.lower().replace(" ", "-"),
                product_class=kind,
                description="<p>A thing to measure with. It is well made and keeps for years.</p>",
            )
            product.categories.add(places[number % CATEGORIES])
            StockRecord.objects.create(
                product=product,
                partner=partner,
                partner_sku=f"B{number:07}",
                price=Decimal(10_000 + number * 7_919 % 490_000) / 100,
                price_currency="INR",
                num_in_stock=1_000_000,
            )
    _ensure_voucher()
    found = Product.objects.order_by("pk")[:1_000]
    answer = {
        "products": [[product.get_absolute_url(), product.pk] for product in found],
        "categories": [place.get_absolute_url() for place in places],
        "words": [f"{first} {second}" for first in FIRSTS for second in SECONDS],
    }
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


def _ensure_voucher() -> None:
    """10 % off everything with the code of our store, for anybody, as often as they want."""
    from datetime import timedelta

    from django.utils import timezone
    from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range
    from oscar.apps.voucher.models import Voucher

    if Voucher.objects.filter(code=COUPON).exists():
        return
    everything, _ = Range.objects.get_or_create(name="All", includes_all_products=True)
    condition = Condition.objects.create(range=everything, type=Condition.COUNT, value=1)
    benefit = Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=10)
    offer = ConditionalOffer.objects.create(
        name="Bench",
        offer_type=ConditionalOffer.VOUCHER,
        condition=condition,
        benefit=benefit,
    )
    moment = timezone.now()
    voucher = Voucher.objects.create(
        name="Bench",
        code=COUPON,
        usage=Voucher.MULTI_USE,
        start_datetime=moment - timedelta(days=1),
        end_datetime=moment + timedelta(days=365),
    )
    voucher.offers.add(offer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
