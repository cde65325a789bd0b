"""The pages at the foot of a demo shop: the drafts every store begins with, filled in and published."""

import re

from apps.content import services as content
from apps.content.models import Page
from apps.demo.shops import Shop

_GAP = re.compile(r" ?\[[^\[\]]+\]")


def publish_pages(*, shop: Shop) -> None:
    """Fill in and publish what is a draft. Repeatable: what was published, changed or deleted since stays so."""
    for page in Page.objects.filter(purpose__in=list(shop.words), is_published=False):
        words = shop.words[page.purpose]
        if len(_GAP.findall(page.body)) == len(words):
            values = {"body": _filled(page.body, words), "is_published": True}
            content.save_page(values=values, page=page)


def _filled(body: str, words: tuple[str, ...]) -> str:
    """Fills each gap with its text; an empty gap is removed with the blank before it."""
    rest = iter(words)

    def fill(gap: re.Match[str]) -> str:
        text = next(rest)
        return (" " if gap[0].startswith(" ") else "") + text if text else ""

    return _GAP.sub(fill, body)
