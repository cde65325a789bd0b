"""The price of a new store's first shipping method, by currency: amounts that are common in shops there."""

from typing import Final

# Price, and order value from which it costs nothing, in whole units. Common prices of shops in 2026.
_USUAL: Final = {
    "AED": (20, 200), "AUD": (9, 90), "BDT": (80, 1_000), "BHD": (2, 20), "BRL": (20, 200), "CAD": (8, 80),
    "CHF": (7, 80), "CLP": (3_990, 40_000), "CNY": (10, 99), "COP": (12_000, 150_000), "CZK": (89, 1_000),
    "DKK": (39, 399), "EGP": (70, 1_000), "EUR": (5, 50), "GBP": (4, 40), "HKD": (30, 400), "HUF": (1_490, 15_000),
    "IDR": (15_000, 200_000), "ILS": (25, 250), "INR": (49, 499), "JPY": (500, 5_000), "KES": (300, 5_000),
    "KRW": (3_000, 30_000), "KWD": (2, 20), "LKR": (400, 5_000), "MXN": (99, 999), "MYR": (8, 80),
    "NGN": (3_000, 50_000), "NOK": (69, 699), "NPR": (100, 2_000), "NZD": (8, 80), "OMR": (2, 20), "PEN": (12, 150),
    "PHP": (99, 1_000), "PKR": (250, 3_000), "PLN": (15, 150), "QAR": (20, 200), "RON": (20, 200), "SAR": (20, 200),
    "SEK": (49, 499), "SGD": (5, 60), "THB": (50, 500), "TRY": (60, 600), "TWD": (80, 1_000), "UAH": (80, 1_000),
    "USD": (5, 50), "VND": (30_000, 500_000), "ZAR": (80, 800),
}  # fmt: skip

# A round amount worth some five dollars, where the usual price is unknown: then no order value makes shipping free.
_ROUND: Final = {
    3: "FKP GIP JOD KYD SHP",
    5: "BMD BND BSD PAB",
    10: "AWG AZN BAM BBD BYN BZD FJD GEL TND TOP WST XCD XCG",
    20: "LYD PGK TMT",
    50: "BOB BWP ERN GHS GTQ MAD MOP MVR SBD SCR SVC TJS TTD",
    100: "CUP HNL LSL MDL NAD SLE SRD STN SZL ZMW ZWG",
    200: "MKD MRU MUR MZN NIO UYU",
    500: "AFN ALL BTN CVE DOP DZD ETB GMD HTG ISK JMD KGS RSD RUB VUV XPF",
    1_000: "DJF GYD LRD VED VES YER",
    2_000: "AMD CRC KMF KZT SDG SOS",
    3_000: "XAF XOF",
    5_000: "AOA ARS IQD KPW MWK RWF",
    10_000: "BIF CDF MMK MNT TZS UGX",
    20_000: "KHR MGA SSP",
    50_000: "GNF PYG SYP UZS",
    100_000: "LAK",
    500_000: "IRR LBP",
}
_UNKNOWN: Final = 5


def first_shipping_price(currency: str) -> tuple[int, int | None]:
    """The price, and the order value from which shipping is free or None; in whole units of the currency."""
    if currency in _USUAL:
        return _USUAL[currency]
    amounts = (amount for amount, codes in _ROUND.items() if currency in codes.split())
    return next(amounts, _UNKNOWN), None
