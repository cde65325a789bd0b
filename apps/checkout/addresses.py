"""What makes a postal address good enough to send a parcel to."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

from apps.common.places import country_choices

FIELDS = ("name", "line1", "line2", "city", "region", "postal_code", "country", "phone")
_LIMITS = {"name": 120, "line1": 200, "line2": 200, "city": 100, "region": 100, "postal_code": 20}
_REQUIRED = ("name", "line1", "city")
_REGION_REQUIRED = frozenset({"AU", "BR", "CA", "IN", "MX", "US"})

# Country -> (pattern, how it looks), compared in upper case with single spaces.
POSTAL_CODES: dict[str, tuple[str, str]] = {
    "AU": (r"\d{4}", "2000"),
    "BR": (r"\d{5}-?\d{3}", "01310-100"),
    "CA": (r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1"),
    "CH": (r"\d{4}", "8001"),
    "DE": (r"\d{5}", "10115"),
    "ES": (r"\d{5}", "28013"),
    "FR": (r"\d{5}", "75001"),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "SW1A 1AA"),
    "IN": (r"[1-9]\d{2} ?\d{3}", "560001"),
    "IT": (r"\d{5}", "00118"),
    "JP": (r"\d{3}-?\d{4}", "100-0001"),
    "NL": (r"[1-9]\d{3} ?[A-Z]{2}", "1011 AB"),
    "SG": (r"\d{6}", "018956"),
    "US": (r"\d{5}(-\d{4})?", "94105"),
}


def check_address(address: Any, *, prefix: str, errors: dict[str, list[str]]) -> dict[str, str]:
    """The address with every field present and in its normal form; what is wrong goes into `errors`."""
    if not isinstance(address, Mapping):
        errors[prefix] = ["An address is needed."]
        return {}
    found: dict[str, list[str]] = {}
    clean = {name: _text(address.get(name), name, found) for name in FIELDS}
    for name in _REQUIRED:
        if not clean[name]:
            found.setdefault(name, ["This field is required."])
    _check_country(clean, found)
    if "country" not in found:
        _check_region_and_code(clean, found)
        clean["phone"] = check_phone(clean["phone"], clean["country"], "phone", found)
    errors.update({f"{prefix}.{name}": messages for name, messages in found.items()})
    return clean


def check_phone(phone: str, country: str, field: str, errors: dict[str, list[str]]) -> str:
    """The number as `+919876543210`, or "" for none. A number without `+` is one of that country."""
    if not phone:
        return ""
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        errors[field] = ["This is not a phone number. Write it with its country code, such as +1."]
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_text(value: Any) -> str | None:
    """One line without surplus spaces; None when it is no text or holds control characters."""
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable():
        return None
    return " ".join(value.split())


def _text(value: Any, name: str, errors: dict[str, list[str]]) -> str:
    text = clean_text(value)
    if text is None:
        errors[name] = ["This is not plain text on one line."]
        return ""
    if len(text) > _LIMITS.get(name, 32):
        errors[name] = [f"At most {_LIMITS.get(name, 32)} characters."]
        return ""
    return text


def _check_country(clean: dict[str, str], errors: dict[str, list[str]]) -> None:
    clean["country"] = clean["country"].upper()
    if not clean["country"]:
        errors.setdefault("country", ["This field is required."])
    elif clean["country"] not in dict(country_choices()):
        errors["country"] = ["Choose a country."]


def _check_region_and_code(clean: dict[str, str], errors: dict[str, list[str]]) -> None:
    country = clean["country"]
    if country in _REGION_REQUIRED and not clean["region"]:
        errors.setdefault("region", ["This field is required."])
    clean["postal_code"] = clean["postal_code"].upper()
    if country not in POSTAL_CODES or "postal_code" in errors:
        return
    pattern, example = POSTAL_CODES[country]
    if not clean["postal_code"]:
        errors["postal_code"] = ["This field is required."]
    elif not re.fullmatch(pattern, clean["postal_code"], re.ASCII):
        errors["postal_code"] = [f"This is not a postal code of that country, such as {example}."]
    elif country == "IN":
        clean["postal_code"] = clean["postal_code"].replace(" ", "")
