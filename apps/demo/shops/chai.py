"""Chai & Clay: teas, spices and things of clay, in rupees."""

from collections.abc import Mapping, Sequence

from apps.demo.shops.gst import hsn_of, tax_class_of
from apps.demo.shops.recipe import Person, Shop, Thing
from apps.demo.shops.words import CHAI_WORDS

_WEIGHTS = {"Pack": ["100 g", "250 g", "500 g"]}
_SMALL = {"Pack": ["50 g", "100 g"]}
_Options = Mapping[str, Sequence[str]]

_STORIES = {
    "Black tea": (
        "<p>We buy it from the people who grow it, in lots of a few dozen kilos, and pack it the week it reaches us. "
        "The date of the harvest is on the lid.</p>"
        "<h3>How to make it</h3><ul><li>2 g (a heaped teaspoon) for 200 ml</li><li>Water just off the boil, 95 °C</li>"
        "<li>Three minutes alone, four with milk</li></ul>"
    ),
    "Green tea": (
        "<p>Steamed or fired within hours of being plucked, then left alone. Keep it cool and dark, and use it within "
        "six months of opening.</p>"
        "<h3>How to make it</h3><ul><li>2 g for 200 ml</li><li>Water at 75 to 80 °C: boil it, then wait five minutes</li>"
        "<li>Two minutes; the leaves are good for a second pot</li></ul>"
    ),
    "Masala chai": (
        "<p>The spices are ground on Tuesdays and mixed with the leaf the same day, so that the pack smells the way the "
        "kitchen does.</p>"
        "<h3>How to make it</h3><ul><li>One heaped teaspoon a cup, half water and half milk</li>"
        "<li>Simmer for four minutes, let it rise three times</li><li>Sugar or jaggery to taste, then strain</li></ul>"
    ),
    "Herbal": (
        "<p>No tea leaf, no caffeine, nothing added. Children drink it, and so do those who want to sleep.</p>"
        "<h3>How to make it</h3><ul><li>3 g for 250 ml of boiling water</li><li>Six minutes, covered</li>"
        "<li>Good cold, with a slice of lime</li></ul>"
    ),
    "Whole spices": (
        "<p>Sorted by hand and packed whole, because a spice loses half its scent within weeks of being ground. The jar "
        "closes tightly; the label says when it was filled.</p>"
        "<p>Toast them in a dry pan until you smell them, then grind what you need.</p>"
    ),
    "Ground spices": (
        "<p>Ground cold and slowly in small batches, so that the oils stay where they belong. No colour, no filler, no "
        "anti-caking agent.</p><p>Best within six months. Keep the jar away from the stove.</p>"
    ),
    "Cups": (
        "<p>Thrown on the wheel in Khurja and fired twice, so every piece is a little different from its neighbour. The "
        "foot is left unglazed and sanded smooth.</p>"
        "<p>Dishwasher and microwave safe. Packed in straw and paper; whatever breaks on the way is replaced.</p>"
    ),
    "Pots": (
        "<p>Made by one potter from the first turn to the last firing. Small runs of the glaze are the mark of the kiln, "
        "not a fault.</p>"
        "<p>Warm it up slowly, never put it empty on a flame, and wash it by hand.</p>"
    ),
    "Plates and bowls": (
        "<p>Stoneware with a glaze that does not mind lemon, tamarind or the dishwasher. It stacks without a wobble.</p>"
        "<p>Colours come from iron, cobalt and ash and vary from firing to firing.</p>"
    ),
    "Home": (
        "<p>Made in small batches by two families in Khurja and one in Bengaluru. It arrives in a plain box that can be "
        "used again.</p>"
    ),
    "Tools": (
        "<p>Made to be repaired: rivets instead of glue, and spare parts by post. Wash by hand, dry at once, oil the wood "
        "twice a year.</p>"
    ),
    "Pantry": (
        "<p>From makers we know by name, in glass. No preservatives: once open, keep it cool and finish it within two "
        "months.</p>"
    ),
    "Textiles": (
        "<p>Woven and printed by hand, so the pattern wanders by a thread or two. Softer with every wash.</p>"
        "<ul><li>Pure cotton</li><li>Wash at 30 °C with like colours</li><li>Iron while damp</li></ul>"
    ),
    "Gifts": (
        "<p>Packed by hand in a box worth keeping, with a card in your words: write them in the note of your order. No "
        "price list goes into the parcel.</p>"
    ),
}

_TEAS: Sequence[tuple[str, str, int, str, str]] = (
    ("Assam Breakfast", "Black tea", 320, "Malty, brisk and dark: the cup that wakes a household up. Second flush leaves from Upper Assam.", "Upper Assam"),
    ("Darjeeling First Flush", "Black tea", 690, "Light as spring, with a scent of muscatel grapes. Picked in March, packed in April.", "Darjeeling"),
    ("Nilgiri Frost", "Black tea", 450, "Winter leaves from the Blue Mountains, clear and sweet, good over ice.", "The Nilgiris"),
    ("Kangra Valley Orthodox", "Black tea", 520, "Grown below the Dhauladhar since 1850. Soft, floral, a little nutty.", "Kangra, Himachal"),
    ("Smoked Temi", "Black tea", 610, "Sikkim leaves dried over pine. For those who like their mornings by a campfire.", "Temi, Sikkim"),
    ("Himalayan Green", "Green tea", 380, "Pan-fired, grassy, never bitter if the water is not boiling.", "Kumaon"),
    ("Kashmiri Kahwa", "Green tea", 560, "Green tea with saffron, cardamom and slivers of almond.", "Srinagar"),
    ("Jasmine Pearls", "Green tea", 740, "Rolled by hand and scented with flowers for six nights.", "Darjeeling"),
    ("Tulsi Mint Green", "Green tea", 290, "Holy basil and spearmint on a light green base.", "Uttarakhand"),
    ("Silver Needle White", "Green tea", 1190, "Only the buds, dried in the sun. Hay, melon, honey.", "The Nilgiris"),
    ("Masala Chai No. 1", "Masala chai", 340, "Strong Assam with ginger, green cardamom, cinnamon, clove and black pepper.", "Upper Assam"),
    ("Ginger Chai", "Masala chai", 310, "Dried ginger from Wayanad, twice as much as anyone else dares.", "Assam and Wayanad"),
    ("Rose Cardamom Chai", "Masala chai", 390, "Petals from Pushkar and the good cardamom. A quiet afternoon in a cup.", "Assam and Pushkar"),
    ("Saffron Chai", "Masala chai", 820, "Threads of Kashmiri saffron, for days that deserve it.", "Assam and Pampore"),
    ("Cutting Chai Blend", "Masala chai", 240, "The railway platform, in your kitchen: small leaves, fast and strong.", "Dooars"),
    ("Chamomile Honeybush", "Herbal", 330, "No caffeine, all calm. Apple and warm honey.", "Himachal"),
    ("Lemongrass Ginger", "Herbal", 260, "Bright and clean, hot or cold.", "Wayanad"),
    ("Hibiscus Rose", "Herbal", 280, "Red as a sari border and pleasantly sour.", "Rajasthan"),
    ("Turmeric Latte", "Herbal", 420, "Haldi doodh without the effort: turmeric, pepper, jaggery.", "Jaintia Hills"),
    ("Moringa Mint", "Herbal", 270, "Green, peppery, very good for you and still nice.", "Tamil Nadu"),
)  # fmt: skip

_SPICES: Sequence[tuple[str, str, int, str, str]] = (
    ("Green Cardamom", "Whole spices", 480, "Eight millimetres and up, from Idukki. Open a pod: the room notices.", "Idukki, Kerala"),
    ("Ceylon Cinnamon", "Whole spices", 260, "Thin quills that crumble, sweet without the bite of cassia.", "Sri Lanka"),
    ("Tellicherry Pepper", "Whole spices", 310, "Left on the vine until the berries turn, then dried in the sun.", "Thalassery, Kerala"),
    ("Whole Cloves", "Whole spices", 290, "Fat, oily buds from Kanyakumari.", "Kanyakumari"),
    ("Star Anise", "Whole spices", 230, "Perfect stars for biryani and mulled things.", "Arunachal Pradesh"),
    ("Kashmiri Chilli", "Ground spices", 220, "Colour of brick, heat of a warm handshake.", "Kashmir"),
    ("Lakadong Turmeric", "Ground spices", 340, "Seven per cent curcumin and more, from the Jaintia Hills.", "Jaintia Hills"),
    ("Garam Masala", "Ground spices", 260, "Roasted and ground every Tuesday. Eleven spices, no filler.", "Our kitchen"),
    ("Chaat Masala", "Ground spices", 180, "Sour, salty, funky. Put it on fruit.", "Our kitchen"),
    ("Sambar Powder", "Ground spices", 210, "A grandmother in Madurai signed this recipe off.", "Madurai"),
    ("Kashmiri Saffron", "Whole spices", 950, "Mongra grade, one gram, harvested in Pampore in October.", "Pampore"),
    ("Nutmeg and Mace", "Whole spices", 330, "Both parts of the same fruit, in one jar.", "Kottayam, Kerala"),
)  # fmt: skip

# The last number is what every further value of the first option adds to the price.
_CLAY: Sequence[tuple[str, str, int, str, _Options, int]] = (
    ("Kulhad Cup", "Cups", 380, "The clay cup of every station, thrown thicker so that it stays.", {"Set": ["Two cups", "Six cups"], "Glaze": ["Terracotta", "Indigo", "Ochre"]}, 640),
    ("Morning Mug", "Cups", 540, "Holds 350 ml and both of your hands.", {"Glaze": ["Indigo", "Ochre", "White"]}, 0),
    ("Espresso Tumbler", "Cups", 360, "Small, straight and hard to put down. Sold in pairs.", {"Glaze": ["Ochre", "Indigo", "White"]}, 0),
    ("Chai Glass Set", "Cups", 620, "Six ribbed glasses in a wire carrier, as at the corner stall.", {}, 0),
    ("Khurja Kettle", "Pots", 1890, "Blue pottery from Khurja with a cane handle. One litre.", {"Glaze": ["Indigo", "Turquoise", "White"]}, 0),
    ("Stoneware Teapot", "Pots", 1650, "A lid that stays on and a spout that doesn't drip. We tried.", {"Glaze": ["Grey", "Ochre"]}, 0),
    ("Terracotta Water Jug", "Pots", 890, "Keeps water cool without electricity, as it always has.", {"Size": ["1 litre", "2 litres"]}, 350),
    ("Longpi Black Pot", "Pots", 2400, "Serpentine stone and clay from Manipur, made without a wheel.", {"Size": ["1 litre", "2.5 litres"]}, 1100),
    ("Dal Bowl", "Plates and bowls", 420, "Deep enough for seconds.", {"Size": ["Small", "Large"], "Glaze": ["Indigo", "Ochre", "White"]}, 180),
    ("Thali Plate", "Plates and bowls", 780, "A broad rim to lean a papad on.", {"Glaze": ["Terracotta", "Indigo"]}, 0),
    ("Pickle Bowl", "Plates and bowls", 320, "Two bowls, three bites each of something sharp.", {"Glaze": ["Green", "Indigo", "White"]}, 0),
    ("Serving Platter", "Plates and bowls", 1290, "For rice, or for looking at.", {}, 0),
    ("Fruit Bowl", "Plates and bowls", 1150, "Wide and low, with a drip of glaze we left on purpose.", {"Glaze": ["White", "Ochre"]}, 0),
    ("Bud Vase", "Home", 490, "One flower is enough.", {"Glaze": ["Green", "Indigo", "White"]}, 0),
    ("Tall Vase", "Home", 1490, "For branches somebody else would call firewood.", {}, 0),
    ("Clay Candle", "Home", 650, "Soy wax in a pot you will keep. It burns for forty hours.", {"Scent": ["Vetiver", "Orange"]}, 0),
    ("Diya Set", "Home", 280, "Lamps for the windowsill, rubbed with oil and ready to light.", {"Set": ["Six", "Twelve"]}, 220),
)  # fmt: skip

_KITCHEN: Sequence[tuple[str, str, int, str, _Options, int]] = (
    ("Brass Strainer", "Tools", 340, "Fine mesh, long handle, no plastic anywhere.", {}, 0),
    ("Mango Wood Spoons", "Tools", 450, "Three spoons from trees that had stopped giving fruit.", {}, 0),
    ("Spice Grinder", "Tools", 1250, "Ceramic burr; set it from dust to gravel.", {}, 0),
    ("Cold Brew Bottle", "Tools", 980, "Leaves on top, water below, patience between.", {}, 0),
    ("Rose Syrup", "Pantry", 320, "For lassi, lemonade and Sunday.", {}, 0),
    ("Wild Forest Honey", "Pantry", 540, "Collected by the Kurumba of the Nilgiris, not heated.", {}, 0),
    ("Palm Jaggery", "Pantry", 260, "Smoky, mineral, better than sugar.", {}, 0),
    ("Mango Pickle", "Pantry", 290, "Green mango, mustard oil, sun, eleven days.", {}, 0),
    ("Handloom Tea Towel", "Textiles", 380, "Cotton from Kannur that dries, and dries again.", {"Set": ["One", "Three"], "Stripe": ["Indigo", "Madder", "Green"]}, 620),
    ("Block Print Napkins", "Textiles", 720, "Four napkins, printed by hand in Bagru.", {"Colour": ["Madder", "Indigo"]}, 0),
    ("Jute Table Runner", "Textiles", 890, "Two metres of calm, with a woven border.", {"Length": ["1.5 m", "2 m"]}, 200),
    ("Neem Soap Trio", "Home", 360, "Neem, vetiver and plain. Cold pressed.", {}, 0),
    ("Chai Starter Box", "Gifts", 1490, "Masala Chai No. 1, two kulhads, a strainer, and instructions that fit on a stamp.", {}, 0),
    ("Spice Route Box", "Gifts", 1890, "Six small jars and a map of where they come from.", {}, 0),
    ("Festive Hamper", "Gifts", 3490, "Tea, sweets, candle and diyas, tied in cloth.", {}, 0),
)  # fmt: skip

# Sold under the names people call them by.
_BY_THEIR_NAMES: Sequence[tuple[str, str, int, str, str]] = (
    ("मसाला चाय", "Masala chai", 350, "घर जैसी कड़क चाय: अदरक, हरी इलायची, दालचीनी, लौंग और काली मिर्च के साथ। Strong home-style chai with five spices.", "Upper Assam"),
    ("गुड़ वाली चाय", "Masala chai", 330, "सर्दियों की चाय, ताड़ के गुड़ की मिठास के साथ। Winter chai, sweetened with palm jaggery.", "Assam and Tamil Nadu"),
    ("ഏലക്ക ചായ", "Masala chai", 360, "ഇടുക്കിയിലെ പച്ച ഏലക്ക ചേർത്ത കട്ടൻ ചായ. Black tea with green cardamom from Idukki.", "Idukki, Kerala"),
    ("ചുക്ക് കാപ്പി", "Herbal", 280, "ചുക്കും കുരുമുളകും തുളസിയും ചേർന്ന കാപ്പി. Dry ginger, pepper and tulsi: what one drinks when it rains.", "Wayanad"),
)  # fmt: skip


def _tea(i: int, row: tuple[str, str, int, str, str]) -> Thing:
    title, category, price, text, origin = row
    return Thing(
        title=title,
        category=category,
        price=price,
        compare_at=round(price * 1.2) if i % 6 == 0 else None,
        text=text,
        story=_STORIES[category],
        hsn=hsn_of(title, category),
        tax_class=tax_class_of(title),
        facts={
            "Origin": origin,
            "Caffeine": "None" if category == "Herbal" else "Yes",
            "Keeps": "18 months, sealed",
        },
        options=_SMALL if title == "Turmeric Latte" else _WEIGHTS,
        steps=round(price * 0.9),
        brand="Chai & Clay",
        tags=("tea", category.lower()),
        pieces=60 - i % 40,
    )


def _spice(i: int, row: tuple[str, str, int, str, str]) -> Thing:
    title, category, price, text, origin = row
    return Thing(
        title=title,
        category=category,
        price=price,
        text=text,
        story=_STORIES[category],
        hsn=hsn_of(title, category),
        tax_class=tax_class_of(title),
        facts={"Origin": origin, "In the jar": "Nothing else"},
        options={} if title == "Kashmiri Saffron" else _SMALL,
        steps=round(price * 0.8),
        grams=120,
        brand="Chai & Clay",
        tags=("spice",),
        pieces=35 + i,
    )


def _clay(i: int, row: tuple[str, str, int, str, _Options, int]) -> Thing:
    title, category, price, text, options, steps = row
    return Thing(
        title=title,
        category=category,
        price=price,
        compare_at=round(price * 1.25) if i % 5 == 2 else None,
        text=text,
        story=_STORIES[category],
        hsn=hsn_of(title, category),
        tax_class=tax_class_of(title),
        facts={
            "Material": "Stone and clay" if "Longpi" in title else "Stoneware",
            "Made in": "Manipur" if "Longpi" in title else "Khurja, Uttar Pradesh",
        },
        options=options,
        steps=steps,
        grams=600,
        brand="Khurja Studio" if i % 3 else "Chai & Clay",
        tags=("clay", "handmade"),
        pieces=3 if i % 7 == 4 else 0 if title == "Fruit Bowl" else 24,
        pack=2 if "Sold in pairs" in text else 1,
    )


def _kitchen(i: int, row: tuple[str, str, int, str, _Options, int]) -> Thing:
    title, category, price, text, options, steps = row
    return Thing(
        title=title,
        category=category,
        price=price,
        text=text,
        story=_STORIES[category],
        hsn=hsn_of(title, category),
        tax_class=tax_class_of(title),
        facts={"Made in": "India"},
        options=options,
        steps=steps,
        grams=450,
        brand="Chai & Clay",
        tags=("kitchen",) if category != "Gifts" else ("gift",),
        pieces=22,
    )


CHAI = Shop(
    slug="chai",
    name="Chai & Clay",
    currency="INR",
    country="IN",
    state="KA",
    language="en-IN",
    time_zone="Asia/Kolkata",
    words=CHAI_WORDS,
    synonyms=(
        "cardamom, elaichi, इलायची, ഏലക്ക",
        "turmeric, haldi, हल्दी",
        "cinnamon, dalchini, दालचीनी",
        "clove, cloves, laung, लौंग",
        "ginger, adrak, अदरक",
        "saffron, kesar, केसर",
    ),
    brand="#24543f",
    accent="#a9501b",
    fonts="classic",
    tagline="Tea, spices and the pots to make them in",
    hero_title="Slow mornings, strong tea",
    hero_text="Leaves from small gardens, spices ground on Tuesdays, and clay thrown by hand in Khurja.",
    announcement="Free delivery across India from ₹999",
    trade_group="Cafés",
    sale=("Week of herbs", "Herbal", 15),
    offers=(
        {
            "name": "Welcome",
            "code": "NAMASTE10",
            "percent": 10,
            "min_spend_minor": 50_000,
            "per_buyer_limit": 1,
        },
    ),
    categories={
        "Tea": ("Black tea", "Green tea", "Masala chai", "Herbal"),
        "Spices": ("Whole spices", "Ground spices"),
        "Pottery": ("Cups", "Pots", "Plates and bowls"),
        "Kitchen": ("Tools", "Pantry", "Textiles"),
        "Home": (),
        "Gifts": (),
    },
    things=(
        *(_tea(i, row) for i, row in enumerate(_TEAS)),
        *(_spice(i, row) for i, row in enumerate(_SPICES)),
        *(_clay(i, row) for i, row in enumerate(_CLAY)),
        *(_kitchen(i, row) for i, row in enumerate(_KITCHEN)),
        *(_tea(i + 1, row) for i, row in enumerate(_BY_THEIR_NAMES)),
    ),
    people=(
        Person("asha.menon", "Asha", "Menon"),
        Person("rahul.verma", "Rahul", "Verma"),
        Person("meera.iyer", "Meera", "Iyer"),
        Person("kabir.khan", "Kabir", "Khan"),
        Person("ananya.das", "Ananya", "Das"),
        Person("vikram.rao", "Vikram", "Rao"),
        Person("sana.shaikh", "Sana", "Shaikh"),
        Person("dev.patel", "Dev", "Patel"),
        Person(
            "sunita.devi",
            "सुनीता",
            "देवी",
            place={
                "line1": "१२, गांधी मार्ग, हज़रतगंज",
                "city": "लखनऊ",
                "region": "UP",
                "postal_code": "226001",
            },
            language="hi",
        ),
        Person(
            "suresh.kumar",
            "സുരേഷ്",
            "കുമാര്‍",
            place={
                "line1": "ശ്രീനിലയം, എം.ജി. റോഡ്",
                "line2": "രവിപുരം",
                "city": "കൊച്ചി",
                "region": "KL",
                "postal_code": "682016",
            },
            language="ml",
        ),
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
