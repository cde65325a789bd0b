"""The starter content goes into a store, in the store's language."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext

from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.inputs import CategoryInput, OptionInput, ProductInput, VariantInput
from apps.common.slugs import slug_of
from apps.content import services as content
from apps.content.models import Theme
from apps.owners.starters.kinds import CONTENTS, Content, Sample
from apps.tenancy.context import ActiveStore
from apps.tenancy.single_rows import single_row


def fill_store(store: ActiveStore, starter: str) -> None:
    """Home text, categories, and sample products as drafts. Repeatable: what is there at its address stays as it is.

    Pages of policies, the shipping method of the country and its taxes are defaults of every new store.
    """
    found = CONTENTS[starter]
    with translation.override(store.language):
        _fill_theme(found)
        categories = _make_categories(found)
        slugs = [slug_of(gettext(sample.title)) for sample in found.samples]
        known = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        for position, (slug, sample) in enumerate(zip(slugs, found.samples, strict=True)):
            if slug not in known:
                _make_sample(sample, slug, position, categories)


def _fill_theme(found: Content) -> None:
    theme = single_row(Theme)
    texts = {
        "hero_title": found.hero_title,
        "hero_text": found.hero_text,
        "tagline": found.tagline,
    }
    new = {name: gettext(text) for name, text in texts.items() if text and not getattr(theme, name)}
    if new:
        content.save_theme(values=new)


def _make_categories(found: Content) -> dict[str, Category]:
    """By the names in English, which the samples use."""
    slugs = {name: slug_of(gettext(name)) for name in found.categories}
    there = {each.slug: each for each in Category.objects.filter(slug__in=list(slugs.values()))}
    return {
        name: there.get(slug)
        or catalog.create_category(
            data=CategoryInput(name=gettext(name), slug=slug, position=position)
        )
        for position, (name, slug) in enumerate(slugs.items())
    }


def _make_sample(
    sample: Sample, slug: str, position: int, categories: Mapping[str, Category]
) -> None:
    code = f"SAMPLE-{position + 1}"
    variants = [VariantInput(sku=code, weight_grams=sample.grams)]
    options = []
    if sample.option is not None:
        name, values = sample.option
        name, values = gettext(name), [gettext(value) for value in values]
        options = [OptionInput(name=name, values=values)]
        variants = [
            VariantInput(
                sku=f"{code}-{number}", option_values={name: value}, weight_grams=sample.grams
            )
            for number, value in enumerate(values, 1)
        ]
    catalog.save_product(
        data=ProductInput(
            title=gettext(sample.title),
            slug=slug,
            description=str(format_html("<p>{}</p>", gettext(sample.text))),
            category_ids=[categories[sample.category].pk],
            options=options,
            variants=variants,
            is_digital=sample.is_digital,
            position=position,
        )
    )
