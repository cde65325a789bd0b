"""Texts, categories and sample products of each kind of shop. Texts are marked here and translated when a store is filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from apps.owners.models import Starter


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A draft that shows how a product is made. It has no price: only the merchant knows one. `options`: a name and its
    values, each a variant."""

    title: str
    category: str
    text: str
    option: tuple[str, Sequence[str]] | None = None
    grams: int = 0
    is_digital: bool = False


@dataclass(frozen=True, kw_only=True)
class Content:
    hero_title: str
    hero_text: str
    tagline: str
    categories: Sequence[str] = ()
    samples: Sequence[Sample] = ()


_SIZE = gettext_noop("Size")
_PACK = gettext_noop("Pack")
_DRAFT = gettext_noop("This is a sample. Change everything in it, or delete it.")

CONTENTS: Final[Mapping[str, Content]] = {
    Starter.CLOTHES: Content(
        hero_title=gettext_noop("Made to be worn often"),
        hero_text=gettext_noop("Few pieces, good fabrics, sizes that fit."),
        tagline=gettext_noop("Clothes for every day"),
        categories=(
            gettext_noop("Women"),
            gettext_noop("Men"),
            gettext_noop("Children"),
            gettext_noop("Accessories"),
        ),
        samples=(
            Sample(
                title=gettext_noop("Sample: cotton shirt"),
                category="Women",
                text=_DRAFT,
                option=(_SIZE, ("S", "M", "L", "XL")),
                grams=220,
            ),
            Sample(
                title=gettext_noop("Sample: wool scarf"),
                category="Accessories",
                text=_DRAFT,
                grams=150,
            ),
        ),
    ),
    Starter.FOOD: Content(
        hero_title=gettext_noop("Good food, sent fresh"),
        hero_text=gettext_noop("From our kitchen and from makers we know."),
        tagline=gettext_noop("Things that taste of something"),
        categories=(
            gettext_noop("Tea and coffee"),
            gettext_noop("Sweets"),
            gettext_noop("Spices"),
            gettext_noop("Gift boxes"),
        ),
        samples=(
            Sample(
                title=gettext_noop("Sample: breakfast tea"),
                category="Tea and coffee",
                text=_DRAFT,
                option=(_PACK, ("100 g", "250 g", "500 g")),
                grams=250,
            ),
            Sample(
                title=gettext_noop("Sample: box of sweets"),
                category="Sweets",
                text=_DRAFT,
                grams=400,
            ),
        ),
    ),
    Starter.HANDICRAFT: Content(
        hero_title=gettext_noop("Made by hand"),
        hero_text=gettext_noop("Each piece is a little different. That is the point."),
        tagline=gettext_noop("From our workshop"),
        categories=(
            gettext_noop("Ceramics"),
            gettext_noop("Textiles"),
            gettext_noop("Wood"),
            gettext_noop("Jewellery"),
        ),
        samples=(
            Sample(
                title=gettext_noop("Sample: stoneware mug"),
                category="Ceramics",
                text=_DRAFT,
                grams=350,
            ),
            Sample(
                title=gettext_noop("Sample: woven cushion"),
                category="Textiles",
                text=_DRAFT,
                option=(_SIZE, ("40 cm", "50 cm")),
                grams=600,
            ),
        ),
    ),
    Starter.DIGITAL: Content(
        hero_title=gettext_noop("Yours right after the purchase"),
        hero_text=gettext_noop("Files and licences, without a parcel."),
        tagline=gettext_noop("Digital goods"),
        categories=(
            gettext_noop("Templates"),
            gettext_noop("E-books"),
            gettext_noop("Licences"),
        ),
        samples=(
            Sample(
                title=gettext_noop("Sample: template"),
                category="Templates",
                text=_DRAFT,
                is_digital=True,
            ),
            Sample(
                title=gettext_noop("Sample: e-book"),
                category="E-books",
                text=_DRAFT,
                is_digital=True,
            ),
        ),
    ),
    Starter.COURSES: Content(
        hero_title=gettext_noop("Learn something that stays"),
        hero_text=gettext_noop("Courses in small groups and at your own pace."),
        tagline=gettext_noop("Courses and workshops"),
        categories=(
            gettext_noop("Online courses"),
            gettext_noop("Workshops"),
        ),
        samples=(
            Sample(
                title=gettext_noop("Sample: online course"),
                category="Online courses",
                text=_DRAFT,
                is_digital=True,
            ),
            Sample(
                title=gettext_noop("Sample: workshop"),
                category="Workshops",
                text=_DRAFT,
                option=(
                    gettext_noop("Date"),
                    (gettext_noop("First date"), gettext_noop("Second date")),
                ),
                is_digital=True,
            ),
        ),
    ),
    Starter.EMPTY: Content(hero_title="", hero_text="", tagline=""),
}
