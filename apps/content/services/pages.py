"""Every write of a store's pages."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.html import clean_html
from apps.common.slugs import clean_slug, numbered, slug_of, spelled_slug
from apps.common.text import NotText
from apps.common.typed_text import Kind, Line, clean_texts
from apps.content.errors import InvalidPage
from apps.content.models import Page, Purpose, Theme
from apps.platform.auditing import audited

PAGE_FIELDS = (
    *("title", "slug", "body", "description", "purpose"),
    *("is_published", "in_footer", "position"),
)
MOST_BODY = 100_000
_TRIES = 5

TEXTS: Mapping[str, Kind] = {"title": Line(120, required=True), "description": Line(300)}


def check_page(*, values: Mapping[str, Any], page: Page | None = None) -> dict[str, Any]:
    """The values as they would be saved. Raises `InvalidPage` with every fault at its field."""
    checked = {**values, **clean_texts(values, TEXTS, InvalidPage), **_checked(values)}
    slug = checked.get("slug")
    if slug and _is_taken(slug, page):
        raise InvalidPage(fields={"slug": [gettext("Another page has this address.")]})
    if not checked.get("title", page.title if page else ""):
        raise InvalidPage(fields={"title": [gettext("This field is required.")]})
    return checked


def save_page(*, values: Mapping[str, Any], page: Page | None = None) -> Page:
    """Create a page, or change the fields that `values` names. The shop shows it from the next request on.

    Without an address, one is made from the title, with a number if another page has it. Raises `InvalidPage`.
    """
    checked = check_page(values=values, page=page)
    row = page or Page()
    for name in PAGE_FIELDS:
        if name in checked:
            setattr(row, name, checked[name])
    if row.slug:
        _save(row, str(values.get("slug") or ""))
    else:
        _save_with_free_slug(row)
    return row


def delete_page(*, page: Page) -> None:
    """Delete a page. Its URL then returns 404."""
    with transaction.atomic(), audited("page.deleted", page):
        Page.objects.filter(pk=page.pk).delete()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    faults: dict[str, list[str]] = {}
    checked: dict[str, Any] = {}
    if "body" in values:
        try:
            checked["body"] = clean_html(values["body"] or "")
        except NotText as error:
            faults["body"] = [str(error)]
        if len(checked.get("body", "")) > MOST_BODY:
            faults["body"] = [
                gettext("At most %(most_body)s characters.") % {"most_body": MOST_BODY}
            ]
    if "slug" in values:
        try:
            checked["slug"] = clean_slug(values["slug"] or "")
        except NotText as error:
            faults["slug"] = [str(error)]
    if "purpose" in values and values["purpose"] not in Purpose.values:
        faults["purpose"] = [gettext("This is not one of the choices.")]
    if faults:
        raise InvalidPage(fields=faults)
    return checked


def _save(row: Page, chosen: str = "") -> None:
    row.slug_spelling = spelled_slug(row.slug, chosen, row.slug_spelling, row.title)
    action = "page.created" if row._state.adding else "page.changed"
    try:
        with transaction.atomic(), audited(action, row):
            row.save()
    except IntegrityError as error:
        raise InvalidPage(fields={"slug": [gettext("Another page has this address.")]}) from error


def _save_with_free_slug(row: Page) -> None:
    """Two writers may find the same free address; the unique index refuses the second, which retries."""
    latin = Theme.objects.filter(key="store", latin_addresses=True).exists()
    base = slug_of(row.title, latin=latin) or "page"
    for attempt in range(_TRIES):
        row.slug = base if attempt == 0 else numbered(base, attempt + 1)
        if _is_taken(row.slug, row):
            continue
        try:
            _save(row)
        except InvalidPage:
            continue
        return
    raise InvalidPage(fields={"slug": [gettext("Please choose an address for this page.")]})


def _is_taken(slug: str, page: Page | None) -> bool:
    others = Page.objects.filter(slug=slug)
    return (others if page is None else others.exclude(pk=page.pk)).exists()
