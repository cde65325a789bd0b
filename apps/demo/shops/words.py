"""What the demo shops write into the gaps of a new store's pages: by page, in the order of its gaps."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]

_CHAI_ADDRESS = "Chai &amp; Clay Trading, 14 Residency Road, Bengaluru, Karnataka 560025, India"
CHAI_WORDS: Words = {
    "about": (
        "We blend tea, grind spices and work with potters, and sell the three together because they belong on one table. "
        "It began with one blend for our own kitchen in Bengaluru.",
        "The tea comes from gardens in Assam, Darjeeling and the Nilgiris that we visit every spring, the spices from "
        "growers in Kerala and Meghalaya, the clay from four workshops in Khurja and Longpi.",
        "Residency Road, Bengaluru, Monday to Saturday from 10 am to 7 pm. The kettle is always on.",
    ),
    "contact": (
        "one working day",
        '<a href="mailto:hello@chai.example">hello@chai.example</a>',
        "+91 80 0000 0000",
        "Monday to Saturday, 10 am to 6 pm",
        "Chai &amp; Clay Trading",
        "14 Residency Road",
        "Bengaluru, Karnataka 560025, India",
        "29AAACC0000A1ZS",
    ),
    "shipping": (
        "Everywhere in India.",
        "two",
        "Delivery is free from ₹999.",
        "seven",
    ),
    "returns": (
        "seven",
        "Opened tea and spices, and what was made to your wishes.",
        "We have it picked up where our carrier does that, and pay for it.",
        "seven",
        "What you paid in cash comes to a bank account or UPI address that you name.",
    ),
    "privacy": (
        _CHAI_ADDRESS,
        "hello@chai.example",
        "eight",
        "30",
        "Polystore",
        "",
        "",
        "the Data Protection Board of India",
    ),
    "terms": (_CHAI_ADDRESS, "India", "Disputes go to the courts of Bengaluru."),
    "grievance": (
        "Meera Iyer",
        "Grievance Officer",
        '<a href="mailto:grievance@chai.example">grievance@chai.example</a>',
        "+91 80 0000 0000",
        "Monday to Friday, 10 am to 6 pm",
        _CHAI_ADDRESS,
    ),
}

_NORTHLINE_ADDRESS = "Northline Supply Co., 210 Pearl Street, Boulder, CO 80302, United States"
NORTHLINE_WORDS: Words = {
    "about": (
        "We make packs, tents and layers that can be repaired, and we repair them. Six people, one shop, and a yard in which "
        "everything is soaked before it is sold.",
        "Fabrics are recycled where that makes them no weaker; sewing is done in Colorado and Oregon, by people we know.",
        "210 Pearl Street, Boulder, Tuesday to Sunday from 9 am to 6 pm.",
    ),
    "contact": (
        "one working day",
        '<a href="mailto:hello@northline.example">hello@northline.example</a>',
        "(303) 555-0142",
        "Monday to Friday, 9 am to 5 pm Mountain Time",
        "Northline Supply Co.",
        "210 Pearl Street",
        "Boulder, CO 80302, United States",
        "00-0000000",
    ),
    "shipping": (
        "The United States, with Alaska and Hawaii.",
        "two",
        "Shipping is free on orders over $75.",
        "thirty",
    ),
    "returns": (
        "sixty",
        "Gift cards, and socks that were worn, unless they have a hole.",
        "We send you a label; it costs you nothing.",
        "five",
        "",
    ),
    "privacy": (
        _NORTHLINE_ADDRESS,
        "hello@northline.example",
        "seven",
        "30",
        "Polystore",
        "",
        "",
        "the Attorney General of Colorado",
    ),
    "terms": (
        _NORTHLINE_ADDRESS,
        "the State of Colorado, United States,",
        "Disputes go to the courts of Boulder County.",
    ),
}
