"""The pages a new store begins with: written so that a merchant fills in the text in [brackets], and publishes.

None is published by itself: what they say is a promise to buyers, and only the merchant can make it.
"""

from dataclasses import dataclass

from apps.content.models import Purpose

_INDIA = "IN"
# Where buyers may withdraw from a purchase at a distance within 14 days (Directive 2011/83/EU; in GB the Consumer
# Contracts Regulations 2013).
_WITHDRAWAL = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


@dataclass(frozen=True)
class Draft:
    purpose: Purpose
    title: str
    slug: str
    body: str


def drafts_for(country: str) -> list[Draft]:
    """What a store in that country is expected to say, in the order of its footer."""
    drafts = [
        Draft(Purpose.ABOUT, "About us", "about", _ABOUT),
        Draft(Purpose.CONTACT, "Contact", "contact", _contact(country)),
        Draft(Purpose.SHIPPING, "Shipping", "shipping", _SHIPPING),
        Draft(Purpose.RETURNS, "Returns and refunds", "returns", _returns(country)),
        Draft(Purpose.PRIVACY, "Privacy", "privacy", _PRIVACY),
        Draft(Purpose.TERMS, "Terms", "terms", _TERMS),
    ]
    if country == _INDIA:
        drafts.append(Draft(Purpose.GRIEVANCE, "Grievance officer", "grievance-officer", _OFFICER))
    return drafts


_ABOUT = """
<p>[Say in two or three sentences who you are, what you make or choose, and why.]</p>
<h2>Where it comes from</h2>
<p>[Name the people, places or materials behind your products.]</p>
<h2>Visit us</h2>
<p>[Town and opening hours, or a sentence that you sell online only.]</p>
"""


def _contact(country: str) -> str:
    number = "GSTIN" if country == _INDIA else "Tax number"
    return f"""
<p>Write to us about an order, a product or anything else. We answer within [one working day].</p>
<ul>
<li>E-mail: [address]</li>
<li>Phone: [number], [days and hours]</li>
</ul>
<h2>Who runs this store</h2>
<p>[Legal name of the business]<br>[Street and house number]<br>[Town, region, postal code, country]</p>
<p>{number}: [number]</p>
"""


_SHIPPING = """
<h2>Where we send to</h2>
<p>[Countries or regions.] The checkout shows whether we deliver to your address.</p>
<h2>When it leaves</h2>
<p>We pack orders within [two] working days after they are paid and write to you when your parcel leaves, with a link to
follow it.</p>
<h2>How long it takes, and what it costs</h2>
<p>Both depend on the way of delivery and are shown at the checkout, before you pay. [Name the amount from which delivery
is free, or delete this sentence.]</p>
<h2>If it does not come, or comes damaged</h2>
<p>Write to us within [seven] days and, for damage, add a picture of the parcel and of what was in it. We send it again or
give your money back.</p>
"""


def _returns(country: str) -> str:
    right = (
        """
<h2>Your right to withdraw</h2>
<p>You may withdraw from your purchase within 14 days without giving a reason. The time runs from the day on which you, or
a person you named, received the last parcel of the order. Tell us so in clear words, by e-mail or by post; a message sent
before the 14 days are over is in time. We pay back everything you paid, with the standard cost of delivery, within 14 days
of your message, by the way you paid. We may wait until we have the goods or your proof of sending them.</p>
"""
        if country in _WITHDRAWAL
        else """
<h2>How long you have</h2>
<p>You can send back what you do not like within [seven] days of receiving it, unused and in its packaging.</p>
"""
    )
    return f"""{right}
<h2>What can't come back</h2>
<p>[For example: opened food and cosmetics, goods made to your wishes, downloads once they were opened.]</p>
<h2>How it works</h2>
<ol>
<li>Write to us with the number of your order and what you want to send back.</li>
<li>We tell you the address. [Say who pays for sending it back.]</li>
<li>When we have it we pay back within [seven] days, by the way you paid. [For orders paid in cash: say how.]</li>
</ol>
<h2>Broken or wrong</h2>
<p>Then sending it back costs you nothing: write to us, and we replace it or give your money back.</p>
"""


_PRIVACY = """
<p>[Legal name and address of the business] decides what happens to the data you give us here. Questions about them: [e-mail
address].</p>
<h2>What we keep, and why</h2>
<ul>
<li><b>For an order</b>: name, address, e-mail address, phone number, what you bought and what you paid. We need them to
deliver, to answer questions and because the law asks us to keep invoices for [number] years.</li>
<li><b>For an account</b>: your e-mail address, a form of your password from which it can't be read, the addresses you save.</li>
<li><b>For security</b>: technical records of visits for [number] days.</li>
</ul>
<h2>Who else sees it</h2>
<p>The carrier gets what is needed to deliver, the payment provider what is needed to pay. We do not see the number of your
card. The store runs on [name of the platform], which keeps the data on our behalf. We do not sell it.
[Name others who get data, such as a newsletter service.]</p>
<h2>Cookies</h2>
<p>This store sets cookies that it can't work without: one for your cart, one for your login and one that protects forms. It
sets none for advertising. [Change this paragraph if you add services that do.]</p>
<h2>Your rights</h2>
<p>You may ask what we know of you, have it corrected or deleted as far as the law lets us, and complain to [the data
protection authority].</p>
"""

_TERMS = """
<h2>Who you buy from</h2>
<p>[Legal name and address of the business]. These terms apply to every order in this store.</p>
<h2>How a purchase comes about</h2>
<p>You order by pressing the last button of the checkout. The purchase counts when we confirm it by e-mail. If something can't
be delivered after all, we tell you at once and pay back what you paid for it.</p>
<h2>Prices and payment</h2>
<p>Prices are in the currency that is shown. Tax and delivery are shown before you pay. The ways to pay are those of the
checkout. An order that is not paid in time is cancelled, and its goods are free for others again.</p>
<h2>Delivery, returns and faults</h2>
<p>See our pages about shipping and returns. Your rights by law in case of faults are not narrowed by anything here.</p>
<h2>Law and disputes</h2>
<p>The law of [country] applies. [Name the court or the body for disputes, if there is one.]</p>
"""

_OFFICER = """
<p>For complaints about an order or this store, as the Consumer Protection (E-Commerce) Rules, 2020 provide:</p>
<p>Name: [name]<br>Designation: [designation]<br>E-mail: [address]<br>Phone: [number], [days and hours]<br>
Address: [address of the business]</p>
<p>We acknowledge a complaint within 48 hours and settle it within one month of receiving it. Please name the number of your
order, if there is one.</p>
"""
