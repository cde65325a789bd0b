"""Orders that staff of a demo shop have prepared: one is saved, one is sent."""

from apps.catalog.documents import Product
from apps.catalog.selectors import read_lines
from apps.checkout import services as checkout
from apps.checkout.models import DraftOrder
from apps.common.money import part_of
from apps.demo.services.stories import STAFF
from apps.demo.shops import Shop


def make_drafts(*, shop: Shop) -> None:
    """Nothing where there are any."""
    if DraftOrder.objects.exists():
        return
    products = list(Product.objects.filter(status="active")[:12])
    refs = [product.variants[0].id for product in products if not product.is_digital]
    known = read_lines(refs, shop.currency)
    priced = [known[ref] for ref in refs if ref in known and known[ref].unit_price_minor]
    if len(priced) < 2:
        return
    first, second = priced[:2]
    own = part_of(first.unit_price_minor or 0, 4, 5)
    lines = [
        checkout.DraftLineInput(first.variant_ref, 5, own, "Five at once"),
        checkout.DraftLineInput(second.variant_ref, 1),
    ]
    for number, is_sent in ((3, False), (4, True)):
        data = checkout.DraftInput(
            email=f"guest{number}@example.com",
            shipping_address=shop.address_of(number),
            shipping_method="standard",
            lines=lines,
            note="As we said on the phone." if is_sent else "",
        )
        draft = checkout.save_draft(data=data, actor=STAFF)
        if is_sent:
            checkout.send_draft(draft=draft, version=draft.version, days=14, actor=STAFF)
