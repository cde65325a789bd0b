"""The rules of a postal address for parcels, for forms, API and services."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.addresses.countries import country_name, find_country
from apps.common.addresses.formats import FIELDS, AddressFormat, address_format
from apps.common.addresses.phones import NotPhone, clean_phone
from apps.common.addresses.postal_codes import example_postal_code, tidy_postal_code
from apps.common.addresses.regions import (
    find_region,
    has_regions,
    near_regions,
    region_name,
)
from apps.common.addresses.states_of_codes import COMPARED, states_of_code
from apps.common.text import NotText, clean_line

Errors = dict[str, list[str]]

LIMITS: Final = {
    "name": 120, "line1": 200, "line2": 200, "city": 100, "region": 100, "postal_code": 60, "country": 60, "phone": 60,
}  # fmt: skip
LONGEST_POSTAL_CODE: Final = 20  # as it is kept; more may be typed around it


def check_address(
    address: Any, *, prefix: str = "", errors: Errors, needed: Collection[str] | None = None
) -> dict[str, str]:
    """The address with every field present and in its normal form; errors are added to `errors`.

    The region is a code where its country has a list, the postal code as the country writes it, the phone by RFC 3966.
    Idempotent: a checked address passes unchanged. `prefix` is in front of the names: `shipping_address.city`. `needed`
    fields must not be empty. By default these are the fields that a parcel needs in that country.
    """
    if not isinstance(address, Mapping):
        errors[prefix or "address"] = [gettext("An address is needed.")]
        return {}
    found: Errors = {}
    clean = {name: _line(address.get(name), name, found) for name in FIELDS}
    clean["country"] = _country(clean["country"], found)
    form = address_format(clean["country"])
    for name in FIELDS:
        if name in (form.required if needed is None else needed) and not clean[name]:
            found.setdefault(name, [gettext("This field is required.")])
    if "country" not in found:
        clean["region"] = _region(clean["region"], form, found)
        region = "" if "region" in found else clean["region"]
        clean["postal_code"] = _postal_code(clean["postal_code"], region, form, found)
        _match_state(clean, found)
    clean["phone"] = _phone(clean["phone"], clean["country"], found)
    dot = f"{prefix}." if prefix else ""
    errors.update({f"{dot}{name}": sentences for name, sentences in found.items()})
    return clean


def check_region(country: str, text: str) -> tuple[str, str]:
    """The region in its stored form (its code if the country has a list), and an error or ""."""
    if not text or not has_regions(country):
        return text, ""
    region = find_region(country, text)
    return (text, unknown_region(country, text)) if region is None else (region.code, "")


def unknown_region(country: str, text: str) -> str:
    """An error with the country's term for its regions and with suggestions: `Carolina` is not a state."""
    form = address_format(country)
    what = form.label("region").lower() if form.uses("region") else gettext("state or region")
    near = [f"{region.name} ({region.code})" for region in near_regions(country, text)]
    if near:
        choose = gettext("Did you mean %(near)s?") % {"near": gettext(" or ").join(near)}
    elif has_regions(country):
        choose = gettext("Choose one of the list.")
    else:
        choose = gettext("Write its name or its code.")
    words = {"text": text, "what": what, "country": country_name(country)}
    return f"{gettext('%(text)s is no %(what)s of %(country)s.') % words} {choose}"


def _line(value: Any, name: str, errors: Errors) -> str:
    try:
        return clean_line(value, most=LIMITS[name])
    except NotText as error:
        errors[name] = [str(error)]
        return ""


def _country(text: str, errors: Errors) -> str:
    code = find_country(text) or ""
    if text and not code:
        errors["country"] = [gettext("This is not a country. Write its code, such as IN.")]
    return code


def _region(text: str, form: AddressFormat, errors: Errors) -> str:
    region, problem = check_region(form.country, text)
    if problem:
        errors.setdefault("region", [problem])
    return region


def _postal_code(text: str, region: str, form: AddressFormat, errors: Errors) -> str:
    try:
        code = tidy_postal_code(form.country, text, region)
    except NotText as error:
        errors.setdefault("postal_code", [str(error)])
        return ""
    if code is None:
        words = {
            "label": form.label("postal_code"),
            "country": country_name(form.country),
            "example": example_postal_code(form.country),
        }
        sentence = gettext("This is not a %(label)s of %(country)s, such as %(example)s.")
        errors.setdefault("postal_code", [sentence % words])
        return text
    if len(code) > LONGEST_POSTAL_CODE:
        sentence = gettext("At most %(most)s characters.") % {"most": LONGEST_POSTAL_CODE}
        errors.setdefault("postal_code", [sentence])
    return code


def _match_state(clean: Mapping[str, str], errors: Errors) -> None:
    """With a postal code of another state the tax would be wrong, and the parcel would be misrouted."""
    country = clean["country"]
    if country not in COMPARED or {"region", "postal_code"} & set(errors):
        return
    states = states_of_code(country, clean["postal_code"])
    if states and clean["region"] and clean["region"] not in states:
        words = {
            "label": address_format(country).label("postal_code"),
            "code": clean["postal_code"],
            "states": gettext(" or ").join(region_name(country, state) for state in states),
            "here": region_name(country, clean["region"]),
        }
        errors["postal_code"] = [
            gettext("%(label)s %(code)s is in %(states)s, not in %(here)s.") % words
        ]


def _phone(text: str, country: str, errors: Errors) -> str:
    try:
        return clean_phone(text, country)
    except NotPhone as error:
        errors.setdefault("phone", [str(error)])
        return ""
