"""The form that asks whether a product comes to a postal code, on its page and alone."""

from typing import Any

from django.utils.translation import gettext

from apps.checkout.serviceability import served_countries
from apps.common.addresses import address_format
from apps.common.places import country_choices
from apps.storefront.languages import babel_name
from apps.tenancy.context import current_store


def check_words(chosen: str = "") -> dict[str, Any]:
    """With a choice of countries where there is one, the store's own first `chosen`; no form where neither it nor a postal
    code can be asked for. No query while the ways of shipping stay."""
    store, served = current_store(), served_countries()
    countries = [
        (code, name)
        for code, name in country_choices(babel_name(store.language))
        if served is None or code in served
    ] or [(store.country, "")]
    codes = [code for code, _name in countries]
    country = next((each for each in (chosen, store.country) if each in codes), codes[0])
    form, is_choice = address_format(country), len(codes) > 1
    return {
        "has_postal_codes": is_choice or form.uses("postal_code"),
        "postal_label": gettext("postal code") if is_choice else form.label("postal_code"),
        "delivery_countries": countries if is_choice else [],
        "delivery_country": country,
    }
