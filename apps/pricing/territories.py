"""Places whose rules of tax are data: union territories of India without a legislature.

There the Union Territory Goods and Services Tax Act, 2017 (UTGST) applies in place of a state's act (SGST). Section 2(8)
names Andaman and Nicobar Islands, Lakshadweep, Dadra and Nagar Haveli, Daman and Diu (one territory since 26 January
2020, Act 44 of 2019), Ladakh (since 31 October 2019, Act 34 of 2019), Chandigarh and other territory. Delhi, Puducherry,
and Jammu and Kashmir have a legislature and acts of their own.
"""

from typing import Final

from apps.common.addresses import find_region

_WITHOUT_LEGISLATURE: Final = frozenset({"AN", "CH", "DH", "LA", "LD"})


def local_tax_names(region: str) -> tuple[str, str]:
    """The parts of Indian GST within that place: central tax, and the state's or the union territory's."""
    return ("CGST", "UTGST") if has_no_legislature(region) else ("CGST", "SGST")


def has_no_legislature(region: str) -> bool:
    """Whether that Indian place, in any spelling, is a union territory without a legislature."""
    found = find_region("IN", region)
    return found is not None and found.code in _WITHOUT_LEGISLATURE
