"""Northline: gear for the outdoors, in dollars."""

from collections.abc import Sequence

from apps.demo.shops.recipe import Person, Shop, Thing
from apps.demo.shops.words import NORTHLINE_WORDS

_SIZES = {"Size": ["S", "M", "L", "XL"]}
_SHOES = {"Size": ["8", "9", "10", "11"]}
_TONES = {"Color": ["Pine", "Slate", "Rust"]}
_LITRES = {"Volume": ["18 L", "28 L", "40 L"]}
_OUNCES = {"Volume": ["16 oz", "24 oz", "32 oz"]}

_STORIES = {
    "Backpacks": (
        "<p>Cut from recycled nylon and sewn with doubled seams where packs fail first: at the straps. Every buckle can be "
        "replaced with a screwdriver; we send the parts for free.</p>"
        "<ul><li>Water-repellent, not waterproof: use the rain cover</li><li>Wipe clean, never machine wash</li>"
        "<li>Repairs for life at our shop in Boulder</li></ul>"
    ),
    "Tents": (
        "<p>Pitched, soaked and blown at in our yard before it leaves. Poles are aluminum, pegs are steel, and the bag is big "
        "enough that it goes back in.</p>"
        "<ul><li>Pitch it dry once before your first trip</li><li>Dry it before you store it</li>"
        "<li>Spare poles and pegs by mail</li></ul>"
    ),
    "Lighting": (
        "<p>Warm light, because you want to see your friends and not the inside of a fridge. A charge lasts a long weekend at "
        "the middle setting.</p>"
    ),
    "Sleep": (
        "<p>Tested on the coldest night of each month by the one who lost the bet. Store it loose, not in its sack.</p>"
    ),
    "Camp kitchen": (
        "<p>Made to be used over a flame and thrown in a box. It will get marks, and they will be yours.</p>"
        "<ul><li>Hand wash; dishwashers dull it</li><li>Packs small, stacks with the rest of the range</li></ul>"
    ),
    "Jackets": (
        "<p>Cut for a layer underneath and for arms that reach up. Seams are taped or bound, zips run both ways, and the hood "
        "or collar stays put in wind.</p>"
        "<ul><li>Fits true to size; between two, take the larger</li><li>Wash cold, hang to dry</li>"
        "<li>We repair tears for free, for life</li></ul>"
    ),
    "Shirts": (
        "<p>Soft on the first day and on the four hundredth. Flat seams, a hem that stays tucked, no print inside to scratch.</p>"
        "<ul><li>Fits true to size</li><li>Wash cold with like colors</li></ul>"
    ),
    "Footwear": (
        "<p>Built on a last that leaves room for toes, with a sole that a cobbler can replace. Wear them around the block for "
        "a week before you trust them with a mountain.</p>"
        "<ul><li>US men's sizes; order your street size</li><li>Wax the leather twice a season</li></ul>"
    ),
    "Socks": "<p>If you wear a hole in them, send them back and get new ones. That is the whole warranty.</p>",
    "Hats": "<p>One size, adjustable, and it floats if you drop it from a canoe. We have checked more than once.</p>",
    "Tools": "<p>Simple enough to fix in the field and heavy enough to find in the dark. Keep the steel dry and oiled.</p>",
    "Paper": "<p>Printed and bound in Portland on paper that takes a pencil when wet.</p>",
    "Gifts": "<p>Made by friends of ours in small batches, packed in a box that makes good kindling.</p>",
}

_ROWS: Sequence[tuple[str, str, int, str, dict[str, list[str]], int]] = (
    ("Ridge Daypack", "Backpacks", 89, "A day's worth of pockets in the right places, recycled nylon, a back that breathes.", _LITRES, 25),
    ("Switchback 55", "Backpacks", 219, "Five days on your back and nothing sways. Adjustable torso, rain cover included.", _TONES, 0),
    ("Commuter Roll-top", "Backpacks", 119, "Laptop on weekdays, climbing shoes on Friday.", _TONES, 0),
    ("Summit Pack 20", "Backpacks", 79, "Folds into its own lid, weighs less than your lunch.", {}, 0),
    ("Trail Hip Pack", "Backpacks", 42, "Keys, snack, jacket. That's the whole trip.", _TONES, 0),
    ("Kids' Scout Pack", "Backpacks", 49, "Sized for people who collect stones.", _TONES, 0),
    ("Lakeside Tent 2P", "Tents", 289, "Two people, two doors, three minutes.", _TONES, 0),
    ("Lakeside Tent 4P", "Tents", 379, "Stand up in it. Argue about the map in it.", _TONES, 0),
    ("Stormline Tent 1P", "Tents", 329, "Eleven hundred grams of calm in bad weather.", {}, 0),
    ("Canopy Tarp", "Tents", 99, "Rain stays up there. Silnylon, eight tie-outs.", _TONES, 0),
    ("Basecamp Bell Tent", "Tents", 649, "Cotton canvas and a stove jack. Bring friends.", {}, 0),
    ("Dome Lantern", "Lighting", 45, "A warm 300 lumens for forty hours, charges by USB-C.", _TONES, 0),
    ("Porch Lantern", "Lighting", 59, "Looks old, burns nothing.", {}, 0),
    ("Trail Headlamp", "Lighting", 54, "Red light for maps, white light for bears.", {}, 0),
    ("String Lights", "Lighting", 29, "Ten metres of evening.", {}, 0),
    ("Wool Camp Blanket", "Sleep", 119, "Woven in Oregon, smells like nothing, lasts like wool.", _TONES, 0),
    ("Down Quilt 30F", "Sleep", 259, "Eight hundred fill, opens flat, no zip to fight.", {}, 0),
    ("Inflatable Pad", "Sleep", 109, "Three inches between you and the roots.", {"Length": ["Regular", "Long"]}, 20),
    ("Camp Pillow", "Sleep", 34, "Better than a jacket in a sack.", _TONES, 0),
    ("Enamel Mug", "Camp kitchen", 18, "Chips with dignity.", _TONES, 0),
    ("Insulated Mug", "Camp kitchen", 32, "Hot at sunrise, warm at noon.", _TONES, 0),
    ("Trail Bottle", "Camp kitchen", 34, "Steel, double wall, a lid with one loud click.", _OUNCES, 6),
    ("Summit Flask", "Camp kitchen", 44, "Twenty-four hours hot. We checked at hour twenty-four.", _OUNCES, 8),
    ("Camp Kettle", "Camp kitchen", 39, "Boils a litre, pours like it means it.", {}, 0),
    ("Nesting Bowls", "Camp kitchen", 36, "Four bowls that become one.", {}, 0),
    ("Camp Plate Set", "Camp kitchen", 42, "Four plates in enamel, edges rolled.", _TONES, 0),
    ("Utensil Roll", "Camp kitchen", 38, "Spoon, spatula, tongs and where they live.", {}, 0),
    ("Cast Iron Skillet", "Camp kitchen", 49, "Ten inches, seasoned twice, yours for ever.", {}, 0),
    ("Cold Brew Kit", "Camp kitchen", 46, "Overnight in the creek.", {}, 0),
    ("Rain Shell", "Jackets", 189, "Three layers, pit zips, a hood that turns with you.", {**_SIZES, "Color": ["Harbor", "Rust"]}, 0),
    ("Down Sweater", "Jackets", 229, "Packs to the size of a loaf.", {**_SIZES, "Color": ["Rust", "Pine", "Slate"]}, 0),
    ("Wind Jacket", "Jackets", 98, "Ninety grams. You will forget you have it until you need it.", _SIZES, 0),
    ("Field Chore Coat", "Jackets", 149, "Waxed canvas that gets better as it gets worse.", _SIZES, 0),
    ("Fleece Pullover", "Jackets", 89, "Recycled, brushed on the inside, plain on the outside.", {**_SIZES, "Color": ["Oat", "Pine"]}, 0),
    ("Insulated Vest", "Jackets", 119, "For arms that are busy.", _SIZES, 0),
    ("Merino Tee", "Shirts", 69, "Day four and nobody knows.", {**_SIZES, "Color": ["Slate", "Rust", "Oat"]}, 0),
    ("Mountain Graphic Tee", "Shirts", 32, "Organic cotton, printed two streets away.", _SIZES, 0),
    ("Sun Shirt", "Shirts", 64, "UPF 50, thumb loops, dries on you.", _SIZES, 0),
    ("Long Sleeve Merino", "Shirts", 84, "The layer everything else goes over.", _SIZES, 0),
    ("Flannel Shirt", "Shirts", 74, "Heavy enough for October.", {**_SIZES, "Color": ["Rust", "Pine"]}, 0),
    ("Pocket Tee", "Shirts", 28, "A tee with a pocket. You know what it's for.", {**_SIZES, "Color": ["Oat", "Pine"]}, 0),
    ("Trail Boots", "Footwear", 189, "Leather, lugged, resoleable. Break them in on a Sunday.", _SHOES, 0),
    ("Winter Boots", "Footwear", 219, "Rated to minus twenty-five, tested in Duluth.", _SHOES, 0),
    ("Approach Boots", "Footwear", 159, "Sticky where it counts.", _SHOES, 0),
    ("Hiking Socks", "Socks", 22, "Merino, cushioned, guaranteed for life.", {"Size": ["S", "M", "L"], "Color": ["Moss", "Slate"]}, 0),
    ("Running Socks", "Socks", 18, "Thin, fast, no seams to speak of.", {"Size": ["S", "M", "L"]}, 0),
    ("Cabin Socks", "Socks", 26, "For the days between.", {"Size": ["S", "M", "L"]}, 0),
    ("Trucker Cap", "Hats", 29, "Mesh, foam, a small mountain.", _TONES, 0),
    ("Wool Cap", "Hats", 34, "Ear flaps, no apologies.", _TONES, 0),
    ("Sun Cap", "Hats", 36, "Long brim, neck cape you can hide.", _TONES, 0),
    ("Folding Knife", "Tools", 64, "Walnut and stainless, locks, opens letters too.", {}, 0),
    ("Camp Axe", "Tools", 89, "Small forest, small axe.", {}, 0),
    ("Bearing Compass", "Tools", 48, "Global needle, declination you can set. No battery to die.", {}, 0),
    ("Paracord 100 ft", "Tools", 19, "Holds 550 pounds of anything.", _TONES, 0),
    ("Climbing Rope 9.5", "Tools", 199, "Sixty metres, dry treated, middle mark.", {}, 0),
    ("First Aid Tin", "Tools", 39, "What you need, in the order you need it.", {}, 0),
    ("Trail Notebook", "Paper", 16, "Waterproof pages, a pencil loop, no lines to tell you what to do.", {}, 0),
    ("Field Journal", "Paper", 24, "For birds, weather and who said what.", _TONES, 0),
    ("Pencil Set", "Paper", 14, "Three that write in the rain.", {}, 0),
    ("Topo Map Box", "Paper", 59, "Twelve maps of places with no signal.", {}, 0),
    ("Campfire Candle", "Gifts", 28, "Cedar, smoke, a little vanilla if you insist.", {}, 0),
    ("Trail Soap", "Gifts", 15, "Biodegradable, pine, floats.", {}, 0),
    ("Coffee Sampler", "Gifts", 36, "Three roasts and a paper filter.", {}, 0),
    ("Weekend Box", "Gifts", 129, "Mug, knife, notebook, matches. Leave Friday.", {}, 0),
)  # fmt: skip

NORTHLINE = Shop(
    slug="northline",
    name="Northline",
    currency="USD",
    country="US",
    state="CO",
    language="en",
    time_zone="America/Denver",
    words=NORTHLINE_WORDS,
    brand="#1f3a4d",
    accent="#b4471f",
    fonts="modern",
    tagline="Gear that gets out of the way",
    hero_title="Go further north",
    hero_text="Packs, tents and layers made to be repaired. Tested on weekends, by us, on purpose.",
    announcement="Free shipping on orders over $75",
    trade_group="Outfitters",
    offers=(
        {
            "name": "Fifteen off your first hundred",
            "code": "TRAIL15",
            "kind": "amount",
            "amount_minor": 1500,
            "min_spend_minor": 10_000,
            "per_buyer_limit": 1,
        },
        {
            "name": "Three pairs for two",
            "trigger": "automatic",
            "kind": "buy_get",
            "percent": 100,
            "buy_quantity": 2,
            "get_quantity": 1,
            "categories": ("Socks",),
        },
    ),
    categories={
        "Camp": ("Tents", "Sleep", "Lighting", "Camp kitchen"),
        "Carry": ("Backpacks",),
        "Wear": ("Jackets", "Shirts", "Footwear", "Socks", "Hats"),
        "Tools": (),
        "Paper": (),
        "Gifts": (),
    },
    things=tuple(
        Thing(
            title=title,
            category=category,
            price=price,
            compare_at=round(price * 1.3) if i % 7 == 3 else None,
            text=text,
            story=_STORIES[category],
            facts={"Made in": "USA" if i % 3 else "Portugal", "Warranty": "For life"},
            options=options,
            steps=steps,
            grams=700,
            brand="Northline" if i % 4 else "Cedar & Co.",
            tags=(category.lower(),),
            pieces=(2 if i % 9 == 5 else 0 if i == 28 else 25),
        )
        for i, (title, category, price, text, options, steps) in enumerate(_ROWS)
    ),
    people=(
        Person("nora.lindqvist", "Nora", "Lindqvist"),
        Person("james.carter", "James", "Carter"),
        Person("maya.alvarez", "Maya", "Alvarez"),
        Person("eli.brooks", "Eli", "Brooks"),
        Person("grace.kim", "Grace", "Kim"),
        Person("omar.haddad", "Omar", "Haddad"),
        Person("tess.nguyen", "Tess", "Nguyen"),
        Person("ben.foster", "Ben", "Foster"),
    ),
    addresses=(
        {"line1": "418 Pine Street", "city": "Boulder", "region": "CO", "postal_code": "80302"},
        {
            "line1": "90 Harbor Way",
            "line2": "Apt 12",
            "city": "Portland",
            "region": "OR",
            "postal_code": "97205",
        },
        {"line1": "1207 Lakeview Avenue", "city": "Duluth", "region": "MN", "postal_code": "55802"},
        {"line1": "66 Mercer Street", "city": "New York", "region": "NY", "postal_code": "10012"},
    ),
)
