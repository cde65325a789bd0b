"""Chai & Clay: teas, spices and things of clay, in rupees."""

from collections.abc import Sequence

from apps.demo.shops.recipe import Shop, Thing

_WEIGHTS = {"Pack": ["100 g", "250 g", "500 g"]}
_SMALL = {"Pack": ["50 g", "100 g"]}
_GLAZES = {"Glaze": ["Indigo", "Ochre", "White"]}
_SIZES = {"Size": ["Small", "Medium", "Large"]}
_COLOURS = ("#2f5d50", "#8a3b2a", "#37506b", "#6d4a63", "#a4662f", "#5b6b3a", "#7d2f3d", "#3d4f4a")
_ACCENTS = ("#c9812b", "#d9b26f", "#e0a458", "#4a6b57", "#b4471f")


def _teas() -> list[Thing]:
    rows: Sequence[tuple[str, str, str, int, str]] = (
        ("Assam Breakfast", "Black tea", "tin", 320, "Malty, brisk and dark: the cup that wakes a house up. Second flush leaves from Upper Assam."),
        ("Darjeeling First Flush", "Black tea", "tin", 690, "Light as spring, with a scent of muscatel grapes. Picked in March, packed in April."),
        ("Nilgiri Frost", "Black tea", "tin", 450, "Winter leaves from the Blue Mountains, clear and sweet, good over ice."),
        ("Kangra Valley Orthodox", "Black tea", "tin", 520, "Grown below the Dhauladhar since 1850. Soft, floral, a little nutty."),
        ("Smoked Temi", "Black tea", "tin", 610, "Sikkim leaves dried over pine. For those who like their mornings by a campfire."),
        ("Himalayan Green", "Green tea", "pouch", 380, "Pan-fired, grassy, never bitter if the water is not boiling."),
        ("Kashmiri Kahwa", "Green tea", "pouch", 560, "Green tea with saffron, cardamom and slivers of almond."),
        ("Jasmine Pearls", "Green tea", "pouch", 740, "Rolled by hand and scented with flowers for six nights."),
        ("Tulsi Mint Green", "Green tea", "pouch", 290, "Holy basil and spearmint on a light green base."),
        ("Silver Needle White", "Green tea", "pouch", 1190, "Only the buds, dried in the sun. Hay, melon, honey."),
        ("Masala Chai No. 1", "Masala chai", "tin", 340, "Strong Assam with ginger, green cardamom, cinnamon, clove and black pepper."),
        ("Ginger Chai", "Masala chai", "tin", 310, "Dried ginger from Wayanad, twice as much as anyone else dares."),
        ("Rose Cardamom Chai", "Masala chai", "tin", 390, "Petals from Pushkar and the good cardamom. A quiet afternoon in a cup."),
        ("Saffron Chai", "Masala chai", "tin", 820, "Threads of Kashmiri saffron, for days that deserve it."),
        ("Cutting Chai Blend", "Masala chai", "pouch", 240, "The railway platform, at home: small leaves, fast and strong."),
        ("Chamomile Honeybush", "Herbal", "pouch", 330, "No caffeine, all calm. Apple and warm honey."),
        ("Lemongrass Ginger", "Herbal", "pouch", 260, "Bright and clean, hot or cold."),
        ("Hibiscus Rose", "Herbal", "pouch", 280, "Red as a sari border and pleasantly sour."),
        ("Turmeric Latte", "Herbal", "jar", 420, "Haldi doodh without the effort: turmeric, pepper, jaggery."),
        ("Moringa Mint", "Herbal", "pouch", 270, "Green, peppery, very good for you and still nice."),
    )  # fmt: skip
    return [
        Thing(
            title=title,
            category=category,
            shape=shape,
            colours=(_COLOURS[i % 8], _ACCENTS[i % 5]),
            price=price,
            compare_at=round(price * 1.2) if i % 6 == 0 else None,
            text=text,
            options=_WEIGHTS if shape != "jar" else _SMALL,
            steps=round(price * 0.9),
            brand="Chai & Clay",
            tags=("tea", category.lower()),
            pieces=60 - i,
        )
        for i, (title, category, shape, price, text) in enumerate(rows)
    ]


def _spices() -> list[Thing]:
    rows: Sequence[tuple[str, str, int, str]] = (
        (
            "Green Cardamom",
            "Whole spices",
            480,
            "Eight millimetres and up, from Idukki. Open a pod: the room notices.",
        ),
        (
            "Ceylon Cinnamon",
            "Whole spices",
            260,
            "Thin quills that crumble, sweet without the bite of cassia.",
        ),
        (
            "Tellicherry Pepper",
            "Whole spices",
            310,
            "Left on the vine until the berries turn, then dried in the sun.",
        ),
        ("Whole Cloves", "Whole spices", 290, "Fat, oily buds from Kanyakumari."),
        ("Star Anise", "Whole spices", 230, "Perfect stars for biryani and mulled things."),
        ("Kashmiri Chilli", "Ground spices", 220, "Colour of brick, heat of a warm handshake."),
        (
            "Lakadong Turmeric",
            "Ground spices",
            340,
            "Seven per cent curcumin and more, from the Jaintia Hills.",
        ),
        (
            "Garam Masala",
            "Ground spices",
            260,
            "Roasted and ground every Tuesday. Eleven spices, no filler.",
        ),
        ("Chaat Masala", "Ground spices", 180, "Sour, salty, funky. Put it on fruit."),
        ("Sambar Powder", "Ground spices", 210, "A grandmother in Madurai signed this recipe off."),
        (
            "Kashmiri Saffron",
            "Whole spices",
            950,
            "Mongra grade, one gram, harvested in Pampore in October.",
        ),
        ("Nutmeg and Mace", "Whole spices", 330, "Both parts of the same fruit, in one jar."),
    )
    return [
        Thing(
            title=title,
            category=category,
            shape="jar",
            colours=(("#a5502a", "#5f7a3b", "#c08a2c", "#7a3f2a")[i % 4], _ACCENTS[i % 5]),
            price=price,
            text=text,
            options=_SMALL,
            steps=round(price * 0.8),
            grams=120,
            brand="Chai & Clay",
            tags=("spice",),
            pieces=35 + i,
        )
        for i, (title, category, price, text) in enumerate(rows)
    ]


def _clay() -> list[Thing]:
    rows: Sequence[tuple[str, str, str, int, str]] = (
        (
            "Kulhad Cup",
            "Cups",
            "cup",
            190,
            "The clay cup of every station, thrown thicker so that it stays.",
        ),
        ("Morning Mug", "Cups", "mug", 540, "Holds 350 ml and both of your hands."),
        ("Espresso Tumbler", "Cups", "cup", 360, "Small, straight and hard to put down."),
        (
            "Chai Glass Set",
            "Cups",
            "cup",
            620,
            "Six ribbed glasses in a wire carrier, as at the corner stall.",
        ),
        (
            "Khurja Kettle",
            "Pots",
            "kettle",
            1890,
            "Blue pottery from Khurja with a cane handle. One litre.",
        ),
        (
            "Stoneware Teapot",
            "Pots",
            "kettle",
            1650,
            "A lid that stays on and a spout that doesn't drip. We tried.",
        ),
        (
            "Terracotta Water Jug",
            "Pots",
            "vase",
            890,
            "Keeps water cool without electricity, as it always has.",
        ),
        (
            "Longpi Black Pot",
            "Pots",
            "bowl",
            2400,
            "Serpentine stone and clay from Manipur, made without a wheel.",
        ),
        ("Dal Bowl", "Plates and bowls", "bowl", 420, "Deep enough for seconds."),
        ("Thali Plate", "Plates and bowls", "plate", 780, "A broad rim to lean a papad on."),
        ("Pickle Bowl", "Plates and bowls", "bowl", 220, "Three bites of something sharp."),
        ("Serving Platter", "Plates and bowls", "plate", 1290, "For rice, or for looking at."),
        (
            "Fruit Bowl",
            "Plates and bowls",
            "bowl",
            1150,
            "Wide and low, with a drip of glaze we left on purpose.",
        ),
        ("Bud Vase", "Home", "vase", 490, "One flower is enough."),
        ("Tall Vase", "Home", "vase", 1490, "For branches somebody else would call firewood."),
        (
            "Clay Candle",
            "Home",
            "candle",
            650,
            "Soy wax in a pot you will keep. Vetiver and orange.",
        ),
        ("Diya Set", "Home", "bowl", 280, "Twelve lamps for the windowsill."),
    )
    return [
        Thing(
            title=title,
            category=category,
            shape=shape,
            colours=(
                ("#37506b", "#b5652f", "#d8cdbb", "#7a4a36", "#46614f")[i % 5],
                _ACCENTS[(i + 2) % 5],
            ),
            price=price,
            compare_at=round(price * 1.25) if i % 5 == 2 else None,
            text=text,
            options=_GLAZES if i % 2 == 0 else {},
            grams=600,
            brand="Khurja Studio" if i % 3 else "Chai & Clay",
            tags=("clay", "handmade"),
            pieces=(3 if i % 7 == 4 else 0 if i == 12 else 18),
        )
        for i, (title, category, shape, price, text) in enumerate(rows)
    ]


def _kitchen() -> list[Thing]:
    rows: Sequence[tuple[str, str, str, int, str]] = (
        ("Brass Strainer", "Tools", "spoon", 340, "Fine mesh, long handle, no plastic anywhere."),
        (
            "Mango Wood Spoons",
            "Tools",
            "spoon",
            450,
            "Three spoons from trees that had stopped giving fruit.",
        ),
        ("Spice Grinder", "Tools", "jar", 1250, "Ceramic burr; set it from dust to gravel."),
        (
            "Cold Brew Bottle",
            "Tools",
            "bottle",
            980,
            "Leaves on top, water below, patience between.",
        ),
        ("Rose Syrup", "Pantry", "bottle", 320, "For lassi, lemonade and Sunday."),
        (
            "Wild Forest Honey",
            "Pantry",
            "jar",
            540,
            "Collected by the Kurumba of the Nilgiris, not heated.",
        ),
        ("Palm Jaggery", "Pantry", "box", 260, "Smoky, mineral, better than sugar."),
        ("Mango Pickle", "Pantry", "jar", 290, "Green mango, mustard oil, sun, eleven days."),
        (
            "Handloom Tea Towel",
            "Textiles",
            "towel",
            380,
            "Cotton from Kannur that dries, and dries again.",
        ),
        (
            "Block Print Napkins",
            "Textiles",
            "towel",
            720,
            "Four napkins, printed by hand in Bagru.",
        ),
        ("Jute Table Runner", "Textiles", "towel", 890, "Two metres of calm."),
        ("Neem Soap Trio", "Home", "soap", 360, "Neem, vetiver and plain. Cold pressed."),
        (
            "Chai Starter Box",
            "Gifts",
            "box",
            1490,
            "Masala Chai No. 1, two kulhads, a strainer, instructions nobody needs.",
        ),
        (
            "Spice Route Box",
            "Gifts",
            "box",
            1890,
            "Six small jars and a map of where they come from.",
        ),
        ("Festive Hamper", "Gifts", "box", 3490, "Tea, sweets, candle and diyas, tied in cloth."),
    )
    return [
        Thing(
            title=title,
            category=category,
            shape=shape,
            colours=(_COLOURS[(i + 3) % 8], _ACCENTS[(i + 1) % 5]),
            price=price,
            text=text,
            options=_SIZES if category == "Textiles" else {},
            steps=180,
            grams=450,
            brand="Chai & Clay",
            tags=("kitchen",) if category != "Gifts" else ("gift",),
            pieces=22,
        )
        for i, (title, category, shape, price, text) in enumerate(rows)
    ]


CHAI = Shop(
    slug="chai",
    name="Chai & Clay",
    currency="INR",
    country="IN",
    language="en-IN",
    time_zone="Asia/Kolkata",
    brand="#24543f",
    accent="#a9501b",
    fonts="classic",
    tagline="Tea, spices and the pots to make them in",
    hero_title="Slow mornings, strong tea",
    hero_text="Leaves from small gardens, spices ground on Tuesdays, and clay thrown by hand in Khurja.",
    announcement="Free delivery across India from ₹999",
    categories={
        "Tea": ("Black tea", "Green tea", "Masala chai", "Herbal"),
        "Spices": ("Whole spices", "Ground spices"),
        "Pottery": ("Cups", "Pots", "Plates and bowls"),
        "Kitchen": ("Tools", "Pantry", "Textiles"),
        "Home": (),
        "Gifts": (),
    },
    things=(*_teas(), *_spices(), *_clay(), *_kitchen()),
    people=(
        ("Asha", "Menon"),
        ("Rahul", "Verma"),
        ("Meera", "Iyer"),
        ("Kabir", "Khan"),
        ("Ananya", "Das"),
        ("Vikram", "Rao"),
        ("Sana", "Shaikh"),
        ("Dev", "Patel"),
    ),
    addresses=(
        {"line1": "14 Church Street", "city": "Bengaluru", "region": "KA", "postal_code": "560001"},
        {
            "line1": "7 Marine Drive",
            "line2": "Flat 3B",
            "city": "Mumbai",
            "region": "MH",
            "postal_code": "400020",
        },
        {"line1": "22 Park Street", "city": "Kolkata", "region": "WB", "postal_code": "700016"},
        {
            "line1": "5 Hauz Khas Village",
            "city": "New Delhi",
            "region": "DL",
            "postal_code": "110016",
        },
    ),
)
