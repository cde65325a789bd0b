"""Who pays for a store, as its invoices from now on name them."""

from collections.abc import Mapping
from typing import Annotated

from apps.billing.models import Payer
from apps.common.addresses import check_address
from apps.common.errors import InvalidInput
from apps.common.typed_text import Code, Email, Line, cleans_text
from apps.platform.auditing import audited
from apps.platform.models import Store
from apps.pricing.tax_numbers import clean_tax_number, fault_of_gstin
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


@cleans_text
def save_payer(
    *,
    store: Store,
    legal_name: Annotated[str, Line(120, required=True)],
    country: Annotated[str, Code(2)],
    region: Annotated[str, Line(60)] = "",
    line1: Annotated[str, Line(120)] = "",
    line2: Annotated[str, Line(120)] = "",
    city: Annotated[str, Line(80)] = "",
    postal_code: Annotated[str, Line(20)] = "",
    tax_number: Annotated[str, Line(30)] = "",
    email: Annotated[str, Email()] = "",
) -> Payer:
    """Invoices that are issued stay as they are. Raises `InvalidInput` by field."""
    given = {
        "line1": line1,
        "line2": line2,
        "city": city,
        "postal_code": postal_code,
        "region": region,
        "country": country,
    }
    errors: dict[str, list[str]] = {}
    clean = check_address(given, errors=errors, needed=())
    number = clean_tax_number(tax_number)
    fault = fault_of_gstin(number, region=region) if country == "IN" and number else ""
    if fault:
        errors["tax_number"] = [fault]
    if errors:
        raise InvalidInput(fields=errors)
    with outside_store(), atomic_on_platform():
        Store.objects.select_for_update().filter(pk=store.pk).first()  # one writer at a time
        payer = Payer.objects.filter(store=store).first() or Payer(store=store)
        with audited("billing_details.changed", payer):
            _fill(payer, {**clean, "legal_name": legal_name, "tax_number": number, "email": email})
            payer.save()
    return payer


def _fill(payer: Payer, values: Mapping[str, str]) -> None:
    names = {field.name for field in Payer._meta.fields}
    for name, value in values.items():
        if name in names:
            setattr(payer, name, value)
