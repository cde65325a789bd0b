"""Runs inside a build, with that build's Python: opens the store `bench` and fills it. The answer is JSON on the last line.

    filling.py products SLUG COUNT     categories and products with attributes, prices and stock
    filling.py carts SLUG COUNT        carts of earlier visitors: a quarter open, the rest ordered
    filling.py coupon SLUG 1           the code BENCH10, 10 % off; GST of 18 % is in a new store's rates
    filling.py scarce SLUG COUNT       products of which ten pieces are there
    filling.py events SLUG COUNT       signed events of the test bank, for the webhook

One product and one cart of a kind are made by the build's own services. The others are copies of their stored documents
and rows in which every word, number and key of their own is another: what the services would have written, quickly.
It runs in older builds, too: it uses what they have in common.
"""

import importlib
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

# The first and the second words of titles: the same in every shop that is measured.
WORDS = json.loads((Path(__file__).parents[1] / "words.json").read_text("utf-8"))
FIRSTS: list[str] = WORDS["firsts"]
SECONDS: list[str] = WORDS["seconds"]
THIRDS = [
    "Classic",
    "Daily",
    "Evening",
    "Festive",
    "Gift",
    "Heavy",
    "Light",
    "Morning",
    "Pocket",
    "Travel",
]
MATERIALS = ["Clay", "Glass", "Oak", "Steel", "Wool"]
COLOURS = ["Black", "Blue", "Green", "Grey", "Red", "White", "Yellow"]
BRANDS = ["Aldercroft", "Brightwater", "Carrow", "Dunmore"]
CATEGORIES = 40
BATCH = 250  # while it writes, the embedded server answers no heartbeat: the driver then gives up
PIECES = 1_000_000
COUPON = "BENCH10"
KNOWN = 1_000  # products that requests ask for
# Words and numbers of the pattern; in a copy others are in their place.
PATTERN = ("Patternfirst", "Patternsecond", "Patternthird", "Patternnumber")
SKU, PRICE, POSITION = "PATTERNSKU", 12_345_677, 999_999
ADDRESS = {
    "name": "Asha Rao", "line1": "12 Residency Road", "city": "Bengaluru", "region": "KA",
    "postal_code": "560025", "country": "IN", "phone": "9845012345",
}  # fmt: skip


def main(verb: str, slug: str, count: str) -> None:
    django.setup()
    tenancy = _module("apps.tenancy.context", "apps.platform.tenancy.context")
    verbs = {
        "products": products,
        "carts": carts,
        "coupon": coupon,
        "scarce": scarce,
        "events": events,
    }
    with tenancy.system_scope("benchmark"):
        store = _ensure_store(slug)
        with tenancy.use_store(store):
            answer = verbs[verb](slug, int(count))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


def _module(*names: str) -> Any:
    """The first of these modules that the build has."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(names)


def _ensure_store(slug: str) -> Any:
    from apps.platform.models import Store
    from benchmarks.shop import open_store

    return Store.objects.filter(slug=slug).first() or open_store(slug)[0]


class Note:
    """What a store was filled with, in a file of the state folder: to count 100,000 documents takes minutes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = Path(os.environ["POLYSTORE_LOCAL"], "filled.json")
        self.all = json.loads(self.path.read_text()) if self.path.exists() else {}
        own = self.all.get(name, {})
        self.count: int = own.get("count", 0)
        self.known: list[list[str]] = own.get("known", [])

    def write(self, count: int, known: list[list[str]]) -> None:
        self.count, self.known = count, known[:KNOWN]
        self.all[self.name] = {"count": count, "known": self.known}
        self.path.write_text(json.dumps(self.all))


def products(slug: str, wanted: int) -> dict[str, Any]:
    """What the requests need to know of the store: slugs and variants of products, slugs of categories, two words."""
    from apps.catalog.documents import Category

    note = Note(f"products {slug}")
    if note.count < wanted:
        _copy_products(note, wanted)
    return {
        "products": note.known,
        "categories": list(Category.objects.order_by("position").values_list("slug", flat=True)),
        "words": [f"{first} {second}" for first in FIRSTS for second in SECONDS],
    }


def _copy_products(note: Note, wanted: int) -> None:
    from apps.catalog import services as catalog
    from apps.catalog.documents import Category, Product
    from apps.catalog.inputs import CategoryInput, PriceInput, ProductInput, VariantInput
    from apps.inventory import services as inventory

    places = {place.position: place for place in Category.objects.all()}
    for position in range(CATEGORIES):
        if position not in places:
            data = CategoryInput(name=f"{THIRDS[position % 10]} {position}", position=position)
            places[position] = catalog.create_category(data=data)
    collection = _collection(Product)
    if (left := collection.find_one({"sku_keys": SKU.lower()})) is not None:
        catalog.delete_product(product=Product.objects.get(pk=left["_id"]))
    variant = VariantInput(sku=SKU, prices=[PriceInput(currency="INR", amount_minor=PRICE)])
    pattern = catalog.save_product(
        data=ProductInput(
            title=f"{' '.join(PATTERN)} piece",
            description="<p>A thing to measure with. It is well made and keeps for years.</p>",
            status="active",
            brand="Patternbrand",
            tags=["Patternmaterial"],
            category_ids=[places[0].pk],
            attributes={"Material": "Patternmaterial", "Colour": "Patterncolour"},
            variants=[variant],
            position=POSITION,
        )
    )
    made = pattern.variants[0]
    stock = inventory.receive_stock(variant_ref=made.id, sku=made.sku, quantity=PIECES)
    document = collection.find_one({"_id": pattern.pk})
    for begin in range(note.count, wanted, BATCH):
        documents, kinds = [], []
        for number in range(begin, min(begin + BATCH, wanted)):
            kind = _kind(number, made.id, places[0].pk, places[number % CATEGORIES].pk)
            documents.append(_replaced(document, kind))
            kinds.append(kind)
        keys = collection.insert_many(documents, ordered=False).inserted_ids
        known = [[each["slug"], each["variant_refs"][0]] for each in documents]
        _copy_stock(stock, [(kind.texts[made.id], kind.texts[SKU]) for kind in kinds])
        _index(collection, [each | {"_id": key} for each, key in zip(documents, keys, strict=True)])
        note.write(begin + len(documents), note.known + known)
    catalog.delete_product(product=pattern)


class _Kind:
    """What is another in a copy: parts of texts, whole numbers, keys."""

    def __init__(self, texts: dict[str, str], values: dict[Any, Any]) -> None:
        self.values = values
        self.texts = texts
        self.parts = {**texts, **{old.lower(): new.lower() for old, new in texts.items()}}


def _kind(number: int, variant: str, pattern_category: Any, category: Any) -> _Kind:
    first, rest = number % len(FIRSTS), number // len(FIRSTS)
    second, rest = rest % len(SECONDS), rest // len(SECONDS)
    words = (FIRSTS[first], SECONDS[second], THIRDS[rest % len(THIRDS)], str(number))
    texts = dict(zip(PATTERN, words, strict=True)) | {
        "Patternbrand": BRANDS[number % len(BRANDS)],
        "Patternmaterial": MATERIALS[number % len(MATERIALS)],
        "Patterncolour": COLOURS[number % len(COLOURS)],
        SKU: f"B{number:07}",
        variant: str(uuid.uuid4()),
    }
    price = 10_000 + number * 7_919 % 490_000
    return _Kind(texts, {PRICE: price, pattern_category: category})


def _replaced(value: Any, kind: _Kind, *, is_top: bool = True) -> Any:
    if isinstance(value, dict):
        made = {name: _replaced(each, kind, is_top=False) for name, each in value.items()}
        if is_top:
            made.pop("_id", None)
            if "position" in made:
                made["position"] = int(kind.texts["Patternnumber"])
        return made
    if isinstance(value, list):
        return [_replaced(each, kind, is_top=False) for each in value]
    if isinstance(value, str):
        for old, new in kind.parts.items():
            if old in value:
                value = value.replace(old, new)
        return value
    try:
        return kind.values.get(value, value)
    except TypeError:
        return value


def _copy_stock(stock: Any, variants: list[tuple[str, str]]) -> None:
    """Stock and its ledger: the sums of the movements equal the counters."""
    from apps.inventory.models import Movement

    movements = list(Movement._base_manager.filter(stock_item=stock))
    items = [_copy(stock, variant_ref=variant, sku=sku) for variant, sku in variants]
    type(stock)._base_manager.bulk_create(items, batch_size=500)
    Movement._base_manager.bulk_create(
        [_copy(line, stock_item_id=item.pk) for item in items for line in movements], batch_size=500
    )


def _copy(row: Any, **changes: Any) -> Any:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields} | changes)


def _index(collection: Any, documents: list[dict[str, Any]]) -> None:
    """The search index is renewed where the build has one, and the catalog is another for what is kept.

    From the documents as they were written: the embedded server reads the whole collection for a list of keys.
    """
    _module("apps.catalog.versions").bump_catalog_version()
    try:
        indexing = importlib.import_module("apps.catalog.indexing")
    except ModuleNotFoundError:
        return
    products = [collection.load(document) for document in documents]
    indexing.search.put_entries([indexing.entry_of(product) for product in products])


def carts(slug: str, wanted: int) -> int:
    from apps.carts.documents import Cart

    note = Note(f"carts {slug}")
    if note.count < wanted:
        collection = _collection(Cart)
        pairs = [(document, str(document["token"])) for document in _cart_patterns(collection)]
        for begin in range(note.count, wanted, BATCH):
            amount = min(BATCH, wanted - begin)
            collection.insert_many(list(_cart_copies(pairs, amount)), ordered=False)
        note.write(wanted, [])
    return note.count


def _cart_patterns(collection: Any) -> Iterator[dict[str, Any]]:
    """One open cart, one that was ordered; each with a line."""
    from apps.carts import services as carting
    from apps.catalog.documents import Product
    from apps.checkout import services as checkout
    from apps.common.actor import Actor

    details = _module("apps.checkout.details", "apps.checkout.services").CheckoutDetails
    ref = Product.objects.filter(status="active").values_list("variant_refs", flat=True)[0][0]
    for is_ordered in (False, True):
        cart = carting.add_item(cart=carting.get_or_create_cart(), variant_ref=ref, quantity=1)
        if is_ordered:
            asked = details(
                email="asha@example.com",
                shipping_address=ADDRESS,
                shipping_method="standard",
                payment_method="test",
            )
            checkout.place_order(cart=cart, details=asked, actor=Actor.guest())
        yield collection.find_one({"_id": cart.pk})


def _cart_copies(pairs: list[tuple[dict[str, Any], str]], amount: int) -> Iterator[dict[str, Any]]:
    for number in range(amount):
        document, token = pairs[0 if number % 4 == 0 else 1]
        texts = {token: uuid.uuid4().hex + token[32:]}
        if document.get("checkout_id"):
            texts[str(document["checkout_id"])] = str(uuid.uuid4())
        for line in document["lines"]:
            texts[str(line["id"])] = str(uuid.uuid4())
        yield _replaced(document, _Kind(texts | {"Patternnumber": "0"}, {}))


def coupon(slug: str, wanted: int) -> str:
    """An order of the store must show tax and discount, or nothing is measured."""
    from apps.discounts import services as discounts
    from apps.discounts.models import Discount
    from apps.pricing.models import TaxRate

    if not TaxRate.objects.filter(country="IN", percent__gt=0).exists():
        raise RuntimeError("The store has no rates of GST.")
    if not Discount.objects.filter(code=COUPON).exists():
        asked = Discount(name="Bench", code=COUPON, currency="INR", percent=10)
        discounts.save_discount(discount=asked)
    return COUPON


def scarce(slug: str, wanted: int) -> list[str]:
    """The variants of new products with ten pieces each."""
    from apps.catalog import services as catalog
    from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
    from apps.inventory import services as inventory

    made = []
    for _number in range(wanted):
        sku = f"S-{uuid.uuid4().hex[:10]}"
        variant = VariantInput(sku=sku, prices=[PriceInput(currency="INR", amount_minor=49_900)])
        product = catalog.save_product(
            data=ProductInput(title=f"Scarce {sku}", status="active", variants=[variant])
        )
        own = product.variants[0]
        inventory.receive_stock(variant_ref=own.id, sku=own.sku, quantity=10)
        made.append(str(own.id))
    return made


def events(slug: str, wanted: int) -> list[list[str]]:
    """Bodies and signatures, good for five minutes; each is an event of its own."""
    bank = _module("apps.gateways.test_bank", "apps.payments.gateways.test", "apps.payments.test")
    sign: Callable[[bytes], str] = bank.sign
    stamp, made = uuid.uuid4().hex, []
    for number in range(wanted):
        key = f"{stamp}-{number}"
        body = json.dumps({"id": key, "type": "charge.paid", "data": {"charge_ref": key}})
        made.append([body, sign(body.encode())])
    return made


def _collection(model: Any) -> Any:
    """The store's own documents of a class, by PyMongo's verbs."""
    documents = _module("apps.tenancy.documents.access", "apps.platform.tenancy.documents.access")
    return documents.scoped_collection(model)


if __name__ == "__main__":
    main(*sys.argv[1:])
