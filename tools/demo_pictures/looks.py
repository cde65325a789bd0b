"""How every product of the demo looks: shape, colours by the option's value, and what stands around it."""

from __future__ import annotations

from tools.demo_pictures.drawing import Look

INDIGO, OCHRE, WHITE = ("#2f4270", "#e9dfc6"), ("#c8973a", "#7a4a2a"), ("#e6dfd0", "#37506b")
TERRACOTTA, GREEN = ("#b9623c", "#f0dcc0"), ("#4f6f58", "#d9b26f")
PINE, SLATE, RUST = ("#2d4f40", "#e08a3c"), ("#4a5a6b", "#e6c66a"), ("#9a4a2c", "#ecd3a4")
OAT, HARBOR, MOSS = ("#d9cdb4", "#9a4a2c"), ("#3f6a8a", "#e08a3c"), ("#7a8a6a", "#9a4a2c")
TONES = {"Pine": PINE, "Slate": SLATE, "Rust": RUST}
LABEL = (180.0, 330.0, 430.0)


def one(shape: str, main: str, accent: str, scene: str = "", **more: object) -> Look:
    return Look(shape, {"": (main, accent)}, scene, **more)  # type: ignore[arg-type]


def many(shape: str, colours: dict[str, tuple[str, str]], scene: str = "", **more: object) -> Look:
    return Look(shape, colours, scene, **more)  # type: ignore[arg-type]


CHAI = {
    "Assam Breakfast": one("tin", "#7a2f24", "#d9a441", "tea", close=LABEL),
    "Darjeeling First Flush": one("tin", "#5f7f5a", "#e0c060", "leaves", kind="flower"),
    "Nilgiri Frost": one("tin", "#4f7f9a", "#e8eef0", "tea", kind="peak"),
    "Kangra Valley Orthodox": one("tin", "#6d4a63", "#d9b26f", "leaves"),
    "Smoked Temi": one("tin", "#3d3a38", "#c97a3a", "tea", kind="sun"),
    "Himalayan Green": one("pouch", "#5f8a4f", "#3f5a36", "leaves", kind="peak"),
    "Kashmiri Kahwa": one("pouch", "#b5842f", "#7d2f3d", "tea", kind="mandala"),
    "Jasmine Pearls": one("pouch", "#e3dcc0", "#5f8a4f", "leaves", kind="flower"),
    "Tulsi Mint Green": one("pouch", "#3f7f6a", "#2d5a4a", "tea"),
    "Silver Needle White": one("pouch", "#b8bcb4", "#6f7f70", "leaves", close=LABEL),
    "Masala Chai No. 1": one("tin", "#a4522a", "#e6c66a", "spices", kind="mandala", close=LABEL),
    "Ginger Chai": one("tin", "#c48a2e", "#7a4a1e", "tea", kind="sun"),
    "Rose Cardamom Chai": one("tin", "#b04a5f", "#f0d0b0", "tea", kind="flower"),
    "Saffron Chai": one("tin", "#d08a1e", "#8a2f24", "spices", kind="flower"),
    "Cutting Chai Blend": one("pouch", "#8a3b2a", "#d9a441", "tea", kind="star"),
    "Chamomile Honeybush": one("pouch", "#d9b548", "#8a6a2a", "tea", kind="flower"),
    "Lemongrass Ginger": one("pouch", "#a8b04a", "#6a7a2a", "leaves"),
    "Hibiscus Rose": one("pouch", "#a82f4a", "#7d1f35", "tea", kind="flower"),
    "Turmeric Latte": one("jar", "#d9961e", "#a4622a", "tea", kind="sun"),
    "Moringa Mint": one("pouch", "#4a6f3a", "#c9b24a", "leaves"),
    "Green Cardamom": one("jar", "#8fa35f", "#4f6b3a", "spices"),
    "Ceylon Cinnamon": one("jar", "#a4622f", "#7a3f1a", "spices"),
    "Tellicherry Pepper": one("jar", "#3a332e", "#6a5a4a", "spices"),
    "Whole Cloves": one("jar", "#5a3524", "#8a4a2a", "spices"),
    "Star Anise": one("jar", "#7a3f24", "#a85f2a", "spices", close=LABEL),
    "Kashmiri Chilli": one("jar", "#b4301e", "#8a1f14", "spices", kind="sun"),
    "Lakadong Turmeric": one("jar", "#e0a01e", "#b0701a", "spices", kind="sun"),
    "Garam Masala": one("jar", "#7a4a2a", "#4a2a1a", "spices", kind="mandala"),
    "Chaat Masala": one("jar", "#9a7a4a", "#6a4f2a", "sweets", kind="star"),
    "Sambar Powder": one("jar", "#c4602a", "#8a3f1a", "spices", kind="mandala"),
    "Kashmiri Saffron": one("jar", "#a8281e", "#d08a1e", "tea", kind="flower"),
    "Nutmeg and Mace": one("jar", "#a87a4a", "#b4402a", "spices"),
    "Kulhad Cup": many(
        "kulhad", {"Terracotta": TERRACOTTA, "Indigo": INDIGO, "Ochre": OCHRE}, "tea"
    ),
    "Morning Mug": many(
        "mug",
        {
            "Indigo": ("#e9e2d0", "#2f4270"),
            "Ochre": ("#e9e2d0", "#c8973a"),
            "White": ("#e9e4da", "#d8cfc0"),
        },
        "books",
    ),
    "Espresso Tumbler": many(
        "tumbler",
        {
            "Ochre": ("#cfa13f", "#7a4a2a"),
            "Indigo": ("#3a4f86", "#e9dfc6"),
            "White": ("#e6dfd0", "#8a7f70"),
        },
        "books",
    ),
    "Chai Glass Set": one("glasses", "#b9783f", "#c79a2e", "sweets"),
    "Khurja Kettle": many(
        "kettle",
        {
            "Indigo": ("#2f4a86", "#f2ead8"),
            "Turquoise": ("#2f8a8f", "#f2ead8"),
            "White": ("#ebe6da", "#2f4a86"),
        },
        "tea",
    ),
    "Stoneware Teapot": many(
        "teapot", {"Grey": ("#8c8f86", "#4d5b57"), "Ochre": ("#c8973a", "#7a4a2a")}, "tea"
    ),
    "Terracotta Water Jug": one("jug", "#b9623c", "#f0dcc0", "plant", close=(240, 380, 330)),
    "Longpi Black Pot": one("handi", "#3a3734", "#8a8078", "spices", close=(150, 380, 360)),
    "Dal Bowl": many(
        "bowl", {"Indigo": ("#2f4270", "#d9b26f"), "Ochre": OCHRE, "White": WHITE}, "spices"
    ),
    "Thali Plate": many("plate", {"Terracotta": TERRACOTTA, "Indigo": INDIGO}, "plant"),
    "Pickle Bowl": many(
        "small_bowls", {"Green": GREEN, "Indigo": INDIGO, "White": WHITE}, "spices"
    ),
    "Serving Platter": one("platter", "#37506b", "#e6d9bd", "plant"),
    "Fruit Bowl": many("wide_bowl", {"White": ("#e0d6c4", "#b5652f"), "Ochre": OCHRE}, "plant"),
    "Bud Vase": many("bud_vase", {"Green": GREEN, "Indigo": INDIGO, "White": WHITE}, "books"),
    "Tall Vase": one("vase", "#d8cdbb", "#37506b", "books"),
    "Clay Candle": many(
        "candle", {"Vetiver": ("#7f7a5a", "#4f5a3a"), "Orange": ("#b9744c", "#c8602a")}, "books"
    ),
    "Diya Set": one("diyas", "#b9623c", "#f0c860", "sweets"),
    "Brass Strainer": one("strainer", "#c99a3f", "#5a3a22", "tea"),
    "Mango Wood Spoons": one("spoons", "#9a673c", "#c2946a", "spices"),
    "Spice Grinder": one("grinder", "#7d2f3d", "#c99a3f", "spices"),
    "Cold Brew Bottle": one("cold_brew", "#7a4a24", "#4a6b57", "leaves"),
    "Rose Syrup": one("bottle", "#b8324f", "#8a2038", "sweets"),
    "Wild Forest Honey": one("honey", "#d28a1e", "#6d5a2a", "tea", kind="flower"),
    "Palm Jaggery": one("block", "#7a4a26", "#7d5a2a", "sweets"),
    "Mango Pickle": one("honey", "#c8701e", "#7d2f24", "spices", kind="sun"),
    "Handloom Tea Towel": many(
        "cloth",
        {
            "Indigo": ("#e9e2d0", "#2f4270"),
            "Madder": ("#e9e2d0", "#a33a2c"),
            "Green": ("#e9e2d0", "#4f6f58"),
        },
        "plant",
    ),
    "Block Print Napkins": many(
        "cloth",
        {"Madder": ("#f3ead8", "#a33a2c"), "Indigo": ("#f3ead8", "#2f4270")},
        "sweets",
        kind="print",
    ),
    "Jute Table Runner": one("folded", "#c2a878", "#7d2f3d", "plant"),
    "Neem Soap Trio": one("soaps", "#8fa373", "#c3a07e", "plant"),
    "Chai Starter Box": one("box", "#2f5d50", "#d9a441", "sweets"),
    "Spice Route Box": one("box", "#8a3b2a", "#e6c66a", "spices", kind="star"),
    "Festive Hamper": one("hamper", "#a87a48", "#b4322f", "sweets"),
    "मसाला चाय": one("tin", "#37506b", "#e0a458", "tea", kind="mandala", close=LABEL),
    "गुड़ वाली चाय": one("pouch", "#8a5a2c", "#5a3418", "sweets", kind="sun"),
    "ഏലക്ക ചായ": one("tin", "#3f6f55", "#e0c060", "spices", close=LABEL),
    "ചുക്ക് കാപ്പി": one("jar", "#6a4a2e", "#a4622a", "spices", kind="sun"),
}

NORTHLINE = {
    "Ridge Daypack": one("backpack", *PINE, "stones", close=(220, 420, 380)),
    "Switchback 55": many("backpack", TONES, "stones"),
    "Commuter Roll-top": many("rolltop", TONES, "books"),
    "Summit Pack 20": one("rolltop", "#c98a3a", "#3b4f63", "stones"),
    "Trail Hip Pack": many("hip_pack", TONES, "stones"),
    "Kids' Scout Pack": many(
        "backpack",
        {
            "Pine": ("#4a7a5a", "#f0c860"),
            "Slate": ("#5a7a9a", "#f0c860"),
            "Rust": ("#b85a3a", "#f0c860"),
        },
        "fire",
    ),
    "Lakeside Tent 2P": many("tent", TONES, "fire", place="hills"),
    "Lakeside Tent 4P": many(
        "tent",
        {
            "Pine": ("#3f6a50", "#e6c66a"),
            "Slate": ("#5a6f86", "#e08a3c"),
            "Rust": ("#a85a3a", "#f0dcb0"),
        },
        "fire",
        place="hills",
    ),
    "Stormline Tent 1P": one("tent", "#c9a23a", "#3b4f63", "stones", place="hills"),
    "Canopy Tarp": many("tarp", TONES, "fire", place="hills"),
    "Basecamp Bell Tent": one("bell_tent", "#e9ddc4", "#b4471f", "fire", place="hills"),
    "Dome Lantern": many("lantern", TONES, "fire"),
    "Porch Lantern": one("lantern", "#3a3632", "#c99a3f", "books"),
    "Trail Headlamp": one("headlamp", "#3b4f63", "#e08a3c", "stones"),
    "String Lights": one("string_lights", "#3b4f63", "#e08a3c", "plant", place="boards"),
    "Wool Camp Blanket": many(
        "blanket",
        {
            "Pine": ("#2d4f40", "#d9b26f"),
            "Slate": ("#4a5a6b", "#d8cdbb"),
            "Rust": ("#9a3a2c", "#2d3a45"),
        },
        "fire",
    ),
    "Down Quilt 30F": one("quilt", "#44708b", "#e08a3c", "fire"),
    "Inflatable Pad": one("pad", "#c98a3a", "#2d3a45", "stones"),
    "Camp Pillow": many(
        "pillow",
        {
            "Pine": ("#6f8a6a", "#2d4f40"),
            "Slate": ("#8a97a6", "#4a5a6b"),
            "Rust": ("#c08060", "#9a4a2c"),
        },
        "fire",
    ),
    "Enamel Mug": many(
        "enamel_mug",
        {
            "Pine": ("#2d4f40", "#f2ece0"),
            "Slate": ("#4a5a6b", "#f2ece0"),
            "Rust": ("#9a4a2c", "#f2ece0"),
        },
        "fire",
    ),
    "Insulated Mug": many("insulated_mug", TONES, "stones"),
    "Trail Bottle": one("flask", "#3f6a7a", "#e6c66a", "stones", close=(220, 330, 380)),
    "Summit Flask": one("flask", "#7a2f2c", "#e6c66a", "fire"),
    "Camp Kettle": one("camp_kettle", "#3f6a7a", "#f2ece0", "fire"),
    "Nesting Bowls": one("nesting_bowls", "#3f6a7a", "#e08a3c", "fire"),
    "Camp Plate Set": many(
        "plate_stack",
        {
            "Pine": ("#f2ece0", "#2d4f40"),
            "Slate": ("#f2ece0", "#3f5f86"),
            "Rust": ("#f2ece0", "#9a4a2c"),
        },
        "fire",
    ),
    "Utensil Roll": one("utensil_roll", "#7a6a45", "#b4471f", "stones"),
    "Cast Iron Skillet": one("skillet", "#33302e", "#b4471f", "fire"),
    "Cold Brew Kit": one("cold_jar", "#2d4f40", "#b4471f", "books"),
    "Rain Shell": many(
        "jacket",
        {"Harbor": HARBOR, "Rust": RUST},
        kind="shell",
        place="boards",
        close=(360, 200, 320),
    ),
    "Down Sweater": many(
        "jacket", {"Rust": RUST, "Pine": PINE, "Slate": SLATE}, kind="down", place="boards"
    ),
    "Wind Jacket": one(
        "jacket", "#d9b548", "#3b4f63", kind="shell", place="boards", close=(360, 200, 320)
    ),
    "Field Chore Coat": one(
        "jacket", "#8a6a3a", "#e6c66a", kind="chore", place="boards", close=(380, 240, 330)
    ),
    "Fleece Pullover": many(
        "jacket", {"Oat": OAT, "Pine": PINE}, kind="fleece", place="boards", close=(360, 200, 320)
    ),
    "Insulated Vest": one(
        "jacket", "#2d4f40", "#e08a3c", kind="vest", place="boards", close=(330, 220, 320)
    ),
    "Merino Tee": many(
        "tee", {"Slate": SLATE, "Rust": RUST, "Oat": OAT}, kind="plain", place="boards"
    ),
    "Mountain Graphic Tee": one(
        "tee", "#2d4f40", "#e08a3c", kind="graphic", place="boards", close=(230, 250, 340)
    ),
    "Sun Shirt": one(
        "tee", "#e9ddc4", "#3f6a8a", kind="sun", place="boards", close=(240, 180, 320)
    ),
    "Long Sleeve Merino": one(
        "tee", "#3b4f63", "#e6c66a", kind="long", place="boards", close=(240, 180, 320)
    ),
    "Flannel Shirt": many(
        "flannel",
        {"Rust": ("#9a3a2c", "#2d2a28"), "Pine": ("#3f5f48", "#2a3a30")},
        place="boards",
        close=(300, 180, 320),
    ),
    "Pocket Tee": many(
        "tee", {"Oat": OAT, "Pine": PINE}, kind="pocket", place="boards", close=(330, 240, 280)
    ),
    "Trail Boots": one("boots", "#8a5a34", "#e6c66a", "stones"),
    "Winter Boots": one("boots", "#4a4f45", "#e6c66a", "fire", kind="winter"),
    "Approach Boots": one("boots", "#5a6a72", "#e08a3c", "stones", kind="approach"),
    "Hiking Socks": many(
        "socks", {"Moss": MOSS, "Slate": SLATE}, place="boards", close=(230, 120, 320)
    ),
    "Running Socks": one(
        "socks", "#c9cdd0", "#e0603c", place="boards", kind="plain", close=(300, 430, 320)
    ),
    "Cabin Socks": one(
        "socks", "#7a2f2c", "#e9ddc4", place="boards", kind="snow", close=(230, 120, 320)
    ),
    "Trucker Cap": many("cap", TONES, "stones"),
    "Wool Cap": many("cap", {"Pine": PINE, "Slate": SLATE, "Rust": RUST}, "fire", kind="wool"),
    "Sun Cap": one("cap", "#d8ccb4", "#e08a3c", "stones", kind="sun"),
    "Folding Knife": one("knife", "#7a4a2c", "#c99a3f", place="boards", close=(120, 380, 330)),
    "Camp Axe": one("axe", "#a9744a", "#b4471f", place="boards", close=(220, 90, 340)),
    "Bearing Compass": one("compass", "#c99a3f", "#b8322a", "stones", close=(230, 270, 380)),
    "Paracord 100 ft": many("coil", TONES, "stones"),
    "Climbing Rope 9.5": one("coil", "#3f7a9a", "#f0c860", "stones"),
    "First Aid Tin": one("first_aid", "#b8322a", "#f2ece0", "stones"),
    "Trail Notebook": one("notebook", "#3f5f48", "#e6c66a", "stones"),
    "Field Journal": many("notebook", TONES, "books"),
    "Pencil Set": one("pencils", "#2d4f40", "#e08a3c", "books"),
    "Topo Map Box": one("map_box", "#2d4f40", "#e08a3c", "books"),
    "Campfire Candle": one("camp_candle", "#7a2f2c", "#e08a3c", "fire"),
    "Trail Soap": one("trail_soap", "#a9b79a", "#8a6a4a", "stones"),
    "Coffee Sampler": one("coffee", "#2d4f40", "#e08a3c", "fire"),
    "Weekend Box": one("weekend_box", "#2d4f40", "#e08a3c", "books"),
}

SHOPS: dict[str, dict[str, Look]] = {"chai": CHAI, "northline": NORTHLINE}
