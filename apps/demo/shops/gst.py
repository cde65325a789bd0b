"""What India taxes the things of Chai & Clay as: codes of the goods (HSN) and tax classes."""

from apps.catalog.tax_classes import EXEMPT, STANDARD

# The code of the goods by category, and of things that are something else than their category.
_HSN = {
    **dict.fromkeys(("Black tea", "Green tea", "Masala chai", "Gifts"), "0902"),
    **dict.fromkeys(("Cups", "Pots", "Plates and bowls"), "6912"),
    "Herbal": "1211",
    "Whole spices": "0908",
    "Ground spices": "0910",
    "Home": "6913",
    "Tools": "7418",
    "Pantry": "2106",
    "Textiles": "6302",
}
_HSN_OF = {
    "Turmeric Latte": "2106",
    "Ceylon Cinnamon": "0906",
    "Tellicherry Pepper": "0904",
    "Kashmiri Chilli": "0904",
    "Whole Cloves": "0907",
    "Star Anise": "0909",
    "Kashmiri Saffron": "0910",
    "Chai Glass Set": "7013",
    "Terracotta Water Jug": "6912",
    "Clay Candle": "3406",
    "Diya Set": "6912",
    "Neem Soap Trio": "3401",
    "Mango Wood Spoons": "4419",
    "Spice Grinder": "8210",
    "Cold Brew Bottle": "7013",
    "Wild Forest Honey": "0409",
    "Palm Jaggery": "1702",
    "Mango Pickle": "2001",
    "Spice Route Box": "0910",
}
# India's rates since September 2025: nearly everything here is taxed at 5 %, the tax class "reduced".
_AT_18 = ("Chai Glass Set", "Cold Brew Bottle", "Spice Grinder")
_EARTHEN = ("Terracotta Water Jug", "Diya Set")  # earthen pots and clay lamps are free of tax


def hsn_of(title: str, category: str) -> str:
    return _HSN_OF.get(title, _HSN[category])


def tax_class_of(title: str) -> str:
    return STANDARD if title in _AT_18 else EXEMPT if title in _EARTHEN else "reduced"
