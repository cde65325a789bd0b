"""Things to sell, without a catalog."""

from apps.catalog.selectors import SaleableLine


def item(
    price_minor: int,
    tax_class: str,
    *,
    hsn: str = "",
    currency: str = "INR",
    is_digital: bool = False,
) -> SaleableLine:
    return SaleableLine(
        product_ref="64b0c0ffee64b0c0ffee0001",
        variant_ref="64b0c0ffee64b0c0ffee0002",
        sku="TEA-250",
        title="Tea",
        variant_title="250 g",
        unit_price_minor=price_minor,
        compare_at_minor=None,
        image_url="",
        weight_grams=250,
        slug="tea",
        is_saleable=True,
        currency=currency,
        tax_class=tax_class,
        hsn_code=hsn,
        is_digital=is_digital,
    )
